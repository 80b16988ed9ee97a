package io.torosim.core.fields;

import io.torosim.core.fields.ClassText.Method;
import io.torosim.core.fields.ClassText.Reference;
import io.torosim.core.fields.StaticField.Kind;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The static fields that the code of a class can come to, wherever they stand, and that can change. It goes from the methods of the class's objects (of a lambda or method reference: from what it calls) over the
 * calls in their class files through all classes of the same author, which are those of one loader and one jar or directory. Of a class of which an object is made, or stands in a static field on the way, all methods of
 * its objects count: who calls them is not followed. The JDK, ToroSim and other jars end the way, what is found by reflection is not seen.
 *
 * <p>What is in a final field on the way is looked at, so that its class is initialised, as it is by the code that comes there. An object of the author's own class counts if it has a field that is not final or
 * something in one that can change, an enum constant by the rule of {@link DeclaredFields}.
 */
final class Reach {
    private static final int DEEPEST = 4;

    private static final ClassValue<List<StaticField>> FOUND = new ClassValue<>() {
        @Override
        protected List<StaticField> computeValue(Class<?> type) {
            return Authors.isForeign(type) ? List.of() : new Reach(type).all();
        }
    };

    private final Class<?> root;
    private final List<StaticField> found = new ArrayList<>();
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    /** Methods, fields, and classes all of whose methods count: by name. */
    private final Set<String> met = new HashSet<>();

    private Reach(Class<?> root) {
        this.root = root;
    }

    /** Returns the fields that count, in the order in which they were come to; a class file that cannot be read stands for what its class has. */
    static List<StaticField> from(Class<?> type) {
        return FOUND.get(type);
    }

    private List<StaticField> all() {
        objectsOf(root);
        while (!waiting.isEmpty()) {
            waiting.remove().run();
        }
        return List.copyOf(found);
    }

    private boolean isAuthors(@Nullable Class<?> type) {
        return type != null && !type.isArray() && !Authors.isForeign(type) && Authors.areOne(type, root);
    }

    private @Nullable ClassText text(Class<?> type) {
        ClassText text = ClassText.of(type).orElse(null);
        if (text == null && met.add("unread " + type.getName())) {
            String words = "what " + type.getName() + " looks at, whose class file cannot be read";
            found.add(new StaticField(words, Object.class, Kind.DOUBTFUL));
        }
        return text;
    }

    // ---- methods

    /** There is an object of a class: any of its methods may be called. */
    private void objectsOf(Class<?> type) {
        if (type.isHidden()) {
            lambda(type);
            return;
        }
        if (!isAuthors(type) || !met.add("objects " + type.getName())) {
            return;
        }
        ClassText text = text(type);
        if (text != null) {
            for (Method method : text.methods()) {
                if (method.ofObjects() && !method.name().equals("<init>")) {
                    enter(type, method);
                }
            }
        }
        if (type.getSuperclass() != null) {
            objectsOf(type.getSuperclass());
        }
        for (Class<?> implemented : type.getInterfaces()) {
            objectsOf(implemented);
        }
    }

    private void enter(Class<?> type, Method method) {
        if (met.add("method " + type.getName() + "." + method.name() + method.descriptor())) {
            waiting.add(() -> uses(type, method.uses()));
        }
    }

    private void uses(Class<?> at, List<Reference> uses) {
        for (Reference use : uses) {
            boolean followed = use.use() == ClassText.Use.STATIC_FIELD || !Authors.isForeign(use.owner());
            Class<?> owner =
                    followed && !use.owner().startsWith("[") ? Authors.named(use.owner(), at.getClassLoader()) : null;
            if (owner != null) {
                switch (use.use()) {
                    case STATIC_FIELD -> field(owner, use.name());
                    case CALL -> call(owner, use.name(), use.descriptor());
                    case NEW -> made(owner);
                    case CLASS -> constants(owner);
                }
            }
        }
    }

    private void made(Class<?> type) {
        if (isAuthors(type)) {
            calls(type, "<init>", null);
            objectsOf(type);
        }
    }

    private void call(Class<?> owner, String name, String descriptor) {
        if (!isAuthors(owner)) {
            return;
        }
        if (owner.isEnum() && (name.equals("values") || name.equals("valueOf"))) {
            constants(owner);
            return;
        }
        calls(owner, name, descriptor);
    }

    /** Enters a method where a class, one above it or an interface has it; any descriptor if none is given. */
    private void calls(Class<?> owner, String name, @Nullable String descriptor) {
        if (!isAuthors(owner)) {
            return;
        }
        ClassText text = text(owner);
        boolean here = false;
        for (Method method : text == null ? List.<Method>of() : text.methods()) {
            if (method.name().equals(name)
                    && (descriptor == null || method.descriptor().equals(descriptor))) {
                enter(owner, method);
                here = true;
            }
        }
        if (here || descriptor == null) {
            return;
        }
        if (owner.getSuperclass() != null) {
            calls(owner.getSuperclass(), name, descriptor);
        }
        for (Class<?> implemented : owner.getInterfaces()) {
            calls(implemented, name, descriptor);
        }
    }

    /** A lambda is one of those of its host that capture the like and are of the same interface: which one cannot be seen. */
    private void lambda(Class<?> type) {
        Class<?> host = Authors.hostOf(type);
        if (!met.add("objects " + type.getName())) {
            return;
        }
        if (host == null) {
            text(type); // a hidden class of another kind, which has no file
            return;
        }
        ClassText text = isAuthors(host) ? text(host) : null;
        if (text == null) {
            return;
        }
        String descriptor = descriptor(type);
        boolean seen = false;
        for (ClassText.Lambda made : text.lambdas()) {
            if (made.descriptor().equals(descriptor)) {
                waiting.add(() -> uses(host, made.targets()));
                seen = true;
            }
        }
        if (!seen) {
            text.lambdas().forEach(made -> waiting.add(() -> uses(host, made.targets())));
        }
    }

    private static String descriptor(Class<?> lambda) {
        StringBuilder words = new StringBuilder("(");
        for (Field field : lambda.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                words.append(field.getType().descriptorString());
            }
        }
        Class<?>[] of = lambda.getInterfaces();
        return words.append(')')
                .append(of.length == 0 ? "" : of[0].descriptorString())
                .toString();
    }

    // ---- fields

    private void field(Class<?> owner, String name) {
        Field field = declared(owner, name);
        if (field == null || Authors.isForeign(field.getDeclaringClass())) {
            return;
        }
        if (!met.add("field " + field.getDeclaringClass().getName() + "." + name) || StaticField.isOfNoMatter(field)) {
            return;
        }
        StaticField judged = StaticField.judged(field, true);
        if (judged != null) {
            if (!isTableOfAnEnum(field, judged.kind())) {
                found.add(judged);
            }
            return;
        }
        if (field.getType().isPrimitive() || field.getType() == String.class) {
            return;
        }
        Object value = StaticField.value(field, null);
        if (value == null) {
            return;
        }
        if (value instanceof Enum<?> constant) {
            constant(constant, field);
            return;
        }
        objectsIn(value, 0);
        if (changes(value, 0)) {
            String more = " (a " + value.getClass().getName() + ", which can change)";
            found.add(StaticField.of(field, Kind.DOUBTFUL, more));
        }
    }

    private static boolean isTableOfAnEnum(Field field, Kind kind) {
        return kind == Kind.DOUBTFUL
                && field.getDeclaringClass().isEnum()
                && Map.class.isAssignableFrom(field.getType());
    }

    private static @Nullable Field declared(@Nullable Class<?> type, String name) {
        if (type == null || Authors.isForeign(type)) {
            return null;
        }
        try {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name) && Modifier.isStatic(field.getModifiers())) {
                    return field;
                }
            }
        } catch (LinkageError e) {
            return null; // a class that a field is of is not there
        }
        for (Class<?> implemented : type.getInterfaces()) {
            Field field = declared(implemented, name);
            if (field != null) {
                return field;
            }
        }
        return declared(type.getSuperclass(), name);
    }

    /** All constants of an enum can be come to. */
    private void constants(Class<?> type) {
        if (!type.isEnum() || !isAuthors(type)) {
            return;
        }
        for (Field field : type.getDeclaredFields()) {
            if (field.isEnumConstant()) {
                field(type, field.getName());
            }
        }
    }

    private void constant(Enum<?> constant, Field field) {
        objectsIn(constant, 0);
        if (!DeclaredFields.isFixed(constant)) {
            found.add(StaticField.of(field, Kind.DOUBTFUL, " (a constant that can change)"));
        }
    }

    /** Methods of an object in a field, and of what its final fields hold, may be called. */
    private void objectsIn(Object value, int depth) {
        Class<?> type = value.getClass();
        if (!type.isHidden() && !isAuthors(type)) {
            return;
        }
        objectsOf(type);
        for (Object held : depth == DEEPEST ? List.of() : held(value)) {
            objectsIn(held, depth + 1);
        }
    }

    /** Whether an object of an author's own class can change. */
    private boolean changes(Object value, int depth) {
        if (StaticField.canChange(value)) {
            return true;
        }
        if (value instanceof Enum<?> constant) {
            return !DeclaredFields.isFixed(constant);
        }
        if (value.getClass().isHidden() || !isAuthors(value.getClass()) || depth == DEEPEST) {
            return false;
        }
        for (Class<?> type = value.getClass(); isAuthors(type); type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isFinal(field.getModifiers())) {
                    return true;
                }
            }
        }
        return held(value).stream().anyMatch(held -> changes(held, depth + 1));
    }

    /** Returns what the fields of an author's object lead to. */
    private List<Object> held(Object value) {
        List<Object> held = new ArrayList<>();
        for (Class<?> type = value.getClass(); isAuthors(type) || type.isHidden(); type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                boolean counts = !Modifier.isStatic(field.getModifiers())
                        && !field.getType().isPrimitive();
                Object in = counts ? StaticField.value(field, value) : null;
                if (in != null) {
                    held.add(in);
                }
            }
        }
        return held;
    }
}
