package io.torosim.sweep.spark;

import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.CellModel.Cell;
import io.torosim.sweep.Study.StudyException;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Makes the runs of a study on Spark, in this process ({@code local[*]}) or on a cluster. Runs go out in jobs of a task for each core, three jobs
 * at a time so that the end of one keeps no core idle; a task has as many runs as take about a second, a quarter of one towards the end. The driver holds the
 * runs and lines of three jobs, no more. A task whose worker dies is made again by Spark; its lines come once, and are the same.
 *
 * <p>Figures are never added up by Spark, whose order of addition differs from run to run.
 */
public final class SparkExecutor implements CellExecutor, AutoCloseable {
    private static final int WAIT_MILLIS = 100;
    private static final int LOT_WAITS = 5;

    private final JavaSparkContext context;

    /** Connects to {@code master}, such as {@code local[*]} or {@code spark://host:7077}; {@code more} are settings of Spark's own. */
    public SparkExecutor(String master, SparkConf more) {
        SparkConf conf = more.clone()
                .setAppName("torosim-study")
                .setMaster(master)
                .setIfMissing("spark.ui.enabled", "false")
                .setIfMissing("spark.ui.showConsoleProgress", "false")
                .setIfMissing(
                        "spark.serializer.extraDebugInfo",
                        "false"); // else it hides what cannot be serialised, on JDK 17
        context = new JavaSparkContext(conf);
    }

    @Override
    public void run(Study study, Cells cells, Sink sink, BooleanSupplier stopped) throws InterruptedException {
        checkSerializable(study);
        Broadcast<Study> shared = context.broadcast(study);
        Plan plan = new Plan(cells, context.defaultParallelism());
        Delivery delivery = new Delivery(plan);
        BooleanSupplier isOver = () -> stopped.getAsBoolean() || delivery.failure.get() != null;
        List<Thread> jobs = new ArrayList<>();
        for (int i = 0; i < Plan.JOBS_AT_A_TIME; i++) {
            Thread thread = new Thread(() -> jobs(shared, plan, delivery, isOver), "spark-job-" + i);
            jobs.add(thread);
            thread.start();
        }
        try {
            int graceWaits = CellExecutor.graceMillis() / WAIT_MILLIS;
            int waits = 0;
            int overWaits = 0;
            for (Thread job : jobs) {
                while (job.isAlive() && overWaits < graceWaits) {
                    job.join(WAIT_MILLIS);
                    if (waits++ % LOT_WAITS == 0) {
                        delivery.handOn(sink);
                    }
                    overWaits += job.isAlive() && isOver.getAsBoolean() ? 1 : 0;
                }
            }
            if (overWaits >= graceWaits) {
                List<Cell> left = delivery.leave();
                context.sc().cancelAllJobs();
                left.forEach(sink::left);
            }
            delivery.handOn(sink);
        } catch (InterruptedException e) {
            delivery.leave();
            context.sc().cancelAllJobs();
            throw e;
        } finally {
            shared.unpersist();
        }
        Throwable thrown = delivery.failure.get();
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        if (thrown != null) {
            throw new IllegalStateException(thrown); // Spark's exceptions are Scala's: none is declared
        }
    }

    /** Sends jobs, one after the other, until there are no more runs. */
    private void jobs(Broadcast<Study> shared, Plan plan, Delivery delivery, BooleanSupplier isOver) {
        context.sc().setInterruptOnCancel(true); // of this thread's jobs: a run that sleeps hears that nobody waits
        try {
            for (List<Chunk> job = plan.next(); job != null && !isOver.getAsBoolean(); job = plan.next()) {
                delivery.sent(job);
                send(shared, job, delivery);
            }
        } catch (Throwable e) {
            delivery.failed(e);
        }
    }

    private void send(Broadcast<Study> shared, List<Chunk> tasks, Delivery delivery) {
        List<Object> partitions = // all of them
                IntStream.range(0, tasks.size()).<Object>mapToObj(i -> i).toList();
        try {
            context.sc()
                    .runJob(
                            context.parallelize(tasks, tasks.size()).rdd(),
                            new RunChunk(shared),
                            CollectionConverters.asScala(partitions).toSeq(),
                            new AbstractFunction2<Object, Done, BoxedUnit>() {
                                @Override
                                public BoxedUnit apply(Object task, Done done) {
                                    delivery.took(tasks.get((Integer) task), done);
                                    return BoxedUnit.UNIT;
                                }
                            },
                            ClassTag$.MODULE$.<Done>apply(Done.class));
        } catch (Throwable e) { // Spark's exceptions are Scala's: none is declared
            LostTask.of(e).ifPresent(lost -> {
                throw new StudyException(
                        lost.message(shared.value(), tasks.get(lost.task()).cells()));
            });
            throw e;
        }
    }

    /** An element that cannot be serialised would leave a job without an answer; say it before. */
    private static void checkSerializable(Study study) {
        try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
            out.writeObject(study);
        } catch (IOException e) {
            throw new StudyException(
                    study.name() + ": the model " + study.modelName() + " cannot be sent to a cluster: " + e);
        }
    }

    /** Returns how many processes make runs now; 0 where the driver makes them itself. */
    int executors() {
        return context.sc().statusTracker().getExecutorInfos().length - 1;
    }

    boolean isOpen() {
        return !context.sc().isStopped();
    }

    String executorMemory() {
        return context.getConf().get("spark.executor.memory", "1g");
    }

    @Override
    public void close() {
        context.close();
    }

    /**
     * What tasks have given, each as it ends, so that one that does not end keeps back its own runs only. Spark hands them over by the thread that schedules
     * tasks, which must not wait for a disk: the thread that waits hands them on.
     */
    private static final class Delivery {
        private final Plan plan;
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final Set<Chunk> going = Collections.newSetFromMap(new IdentityHashMap<>());
        private List<String> lines = new ArrayList<>();
        private boolean left;

        Delivery(Plan plan) {
            this.plan = plan;
        }

        synchronized void sent(List<Chunk> job) {
            going.addAll(job);
        }

        synchronized void took(Chunk task, Done done) {
            if (left) {
                return;
            }
            going.remove(task);
            lines.addAll(done.lines());
            plan.took(done);
            if (done.refusal() != null) {
                failure.compareAndSet(null, new StudyException(done.refusal()));
            }
        }

        synchronized void failed(Throwable e) {
            if (!left) { // else it was cancelled
                failure.compareAndSet(null, e);
            }
        }

        /** Takes nothing any more; returns the runs of which nothing has come. */
        synchronized List<Cell> leave() {
            left = true;
            return going.stream()
                    .flatMap(chunk -> chunk.cells().stream())
                    .sorted(Comparator.comparingLong(Cell::number))
                    .toList();
        }

        void handOn(Sink sink) {
            List<String> taken;
            synchronized (this) {
                taken = lines;
                lines = new ArrayList<>();
            }
            if (taken.isEmpty()) {
                return;
            }
            try {
                sink.accept(taken);
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        }
    }
}
