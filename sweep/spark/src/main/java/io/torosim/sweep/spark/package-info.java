/** Studies on Apache Spark: {@link io.torosim.sweep.spark.SparkExecutor} in a program, {@link io.torosim.sweep.spark.SparkStudy} as one. */
package io.torosim.sweep.spark;
