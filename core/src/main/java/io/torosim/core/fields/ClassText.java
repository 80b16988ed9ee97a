package io.torosim.core.fields;

import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the methods of a class refer to, read from its class file (The Java Virtual Machine Specification, chapters 4 and 6): static fields, calls, objects made,
 * lambdas, classes named. Everything else of a class file is skipped.
 *
 * <p>{@link Reach} goes from one to the next and says which static fields a program can come to.
 *
 * @param methods those with code
 * @param lambdas where the class makes objects of lambdas and method references
 */
record ClassText(List<Method> methods, List<Lambda> lambdas) {
    /** What an instruction does with what it names. */
    enum Use {
        STATIC_FIELD,
        CALL,
        NEW,
        CLASS
    }

    /** A field, method or class that is named; {@code owner} as {@link Class#getName} has it, name and descriptor empty of a class. */
    record Reference(Use use, String owner, String name, String descriptor) {}

    /** A method and what its code names. */
    record Method(String name, String descriptor, boolean ofObjects, List<Reference> uses) {}

    /**
     * A place where an object of a lambda is made.
     *
     * @param descriptor what it captures and what it is of
     * @param targets what it calls
     */
    record Lambda(String descriptor, List<Reference> targets) {}

    private static final ClassValue<Optional<ClassText>> READ = new ClassValue<>() {
        @Override
        protected Optional<ClassText> computeValue(Class<?> type) {
            return read(type);
        }
    };

    /** Returns the text of a class; empty if its class file is not there or is of a form that is not known. */
    static Optional<ClassText> of(Class<?> type) {
        return READ.get(type);
    }

    private static Optional<ClassText> read(Class<?> type) {
        String name = type.getName();
        try (InputStream in = type.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
            return in == null ? Optional.empty() : Optional.of(new Reader(in.readAllBytes()).read());
        } catch (IOException | BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static final class Reader {
        private static final int UTF8 = 1;
        private static final int CLASS = 7;
        private static final int METHOD_HANDLE = 15;
        private static final int DYNAMIC = 17;
        private static final int STATIC = 0x8;

        private final ByteBuffer in;
        /** By number of a constant: where its tag is. */
        private final int[] constants;
        /** By number of a bootstrap method: where its count of arguments is. */
        private int[] bootstraps = {};

        private final List<Lambda> lambdas = new ArrayList<>();

        /** A method whose code is still to be read; {@code codeAt} is 0 if it has none. */
        private record Unread(int flags, String name, String descriptor, int codeAt) {}

        Reader(byte[] bytes) {
            in = ByteBuffer.wrap(bytes);
            if (in.getInt() != 0xCAFEBABE) {
                throw new IllegalArgumentException("not a class file");
            }
            in.getInt(); // versions
            constants = new int[u2()];
            for (int i = 1; i < constants.length; i++) {
                constants[i] = in.position();
                int tag = in.get();
                skip(constantBytes(tag));
                i += tag == 5 || tag == 6 ? 1 : 0; // a long or a double takes two numbers
            }
        }

        private int constantBytes(int tag) {
            return switch (tag) {
                case UTF8 -> u2();
                case CLASS, 8, 16, 19, 20 -> 2; // class, string, method type, module, package
                case METHOD_HANDLE -> 3;
                case 3,
                        4,
                        9,
                        10,
                        11,
                        12,
                        DYNAMIC,
                        18 -> 4; // numbers, fields, methods, names and types, what is made when first used
                case 5, 6 -> 8;
                default -> throw new IllegalArgumentException("tag " + tag);
            };
        }

        ClassText read() {
            skip(6); // flags, class, superclass
            skip(2 * u2()); // interfaces
            for (int fields = u2(); fields > 0; fields--) {
                skip(6);
                attributes("");
            }
            List<Unread> unread = new ArrayList<>();
            for (int count = u2(); count > 0; count--) {
                int flags = u2();
                String name = utf8(u2());
                unread.add(new Unread(flags, name, utf8(u2()), attributes("Code")));
            }
            int at = attributes("BootstrapMethods");
            if (at > 0) {
                bootstraps(at);
            }
            List<Method> methods = new ArrayList<>();
            for (Unread method : unread) {
                if (method.codeAt > 0) {
                    methods.add(new Method(
                            method.name, method.descriptor, (method.flags & STATIC) == 0, code(method.codeAt)));
                }
            }
            return new ClassText(List.copyOf(methods), List.copyOf(lambdas));
        }

        /** Goes past a table of attributes; returns where the contents of the one asked for begin, 0 if it is not there. */
        private int attributes(String wanted) {
            int found = 0;
            for (int count = u2(); count > 0; count--) {
                String name = utf8(u2());
                int length = in.getInt();
                found = name.equals(wanted) ? in.position() : found;
                skip(length);
            }
            return found;
        }

        private void bootstraps(int at) {
            in.position(at);
            bootstraps = new int[u2()];
            for (int i = 0; i < bootstraps.length; i++) {
                skip(2); // the method itself: of the JDK
                bootstraps[i] = in.position();
                skip(2 * u2());
            }
        }

        private List<Reference> code(int at) {
            List<Reference> uses = new ArrayList<>();
            in.position(at + 4); // room on the stack and for variables
            int begin = at + 8;
            int end = begin + in.getInt();
            while (in.position() < end) {
                instruction(begin, uses);
            }
            return List.copyOf(uses);
        }

        private void instruction(int begin, List<Reference> uses) {
            int at = in.position();
            int opcode = in.get() & 0xff;
            switch (opcode) {
                case 18 -> loaded(in.get() & 0xff, uses);
                case 19, 20 -> loaded(u2(), uses);
                case 178, 179 -> uses.add(member(Use.STATIC_FIELD, u2()));
                case 182, 183, 184, 185 -> {
                    uses.add(member(Use.CALL, u2()));
                    skip(opcode == 185 ? 2 : 0);
                }
                case 186 -> {
                    dynamic(u2(), true, uses);
                    skip(2);
                }
                case 187 -> uses.add(new Reference(Use.NEW, className(u2()), "", ""));
                case 170, 171 -> {
                    in.position(begin + (at + 1 - begin + 3) / 4 * 4 + 4); // aligned; the default
                    int first = in.getInt();
                    skip(opcode == 171 ? 8 * first : 4 * (in.getInt() - first + 1));
                }
                case 196 -> skip((in.get() & 0xff) == 132 ? 4 : 2);
                default -> skip(operandBytes(opcode));
            }
        }

        private static int operandBytes(int opcode) {
            if (opcode == 16 || opcode >= 21 && opcode <= 25 || opcode >= 54 && opcode <= 58) {
                return 1;
            }
            if (opcode == 17 || opcode == 132 || opcode >= 153 && opcode <= 168) {
                return 2;
            }
            return switch (opcode) {
                case 169, 188 -> 1;
                case 180, 181, 189, 192, 193, 198, 199 -> 2;
                case 197 -> 3;
                case 200, 201 -> 4;
                default -> 0;
            };
        }

        /** A constant is put on the stack. */
        private void loaded(int constant, List<Reference> uses) {
            switch (tag(constant)) {
                case CLASS -> uses.add(new Reference(Use.CLASS, className(constant), "", ""));
                case METHOD_HANDLE -> uses.add(handle(constant));
                case DYNAMIC -> dynamic(constant, false, uses);
                default -> {} // numbers and texts
            }
        }

        /** What a bootstrap method is given: of a lambda what it calls. */
        private void dynamic(int constant, boolean call, List<Reference> uses) {
            int bootstrap = in.getShort(constants[constant] + 1) & 0xffff;
            String descriptor = utf8(nameAndType(constant, 3));
            List<Reference> handles = new ArrayList<>();
            int at = bootstraps[bootstrap];
            int count = in.getShort(at) & 0xffff;
            for (int i = 1; i <= count; i++) {
                int argument = in.getShort(at + 2 * i) & 0xffff;
                if (tag(argument) == METHOD_HANDLE) {
                    handles.add(handle(argument));
                } else if (tag(argument) == DYNAMIC) {
                    dynamic(argument, false, handles);
                } else if (tag(argument) == CLASS) {
                    handles.add(new Reference(Use.CLASS, className(argument), "", ""));
                }
            }
            if (call) {
                lambdas.add(new Lambda(descriptor, List.copyOf(handles)));
            }
            uses.addAll(handles);
        }

        private Reference handle(int constant) {
            int kind = in.get(constants[constant] + 1);
            int member = in.getShort(constants[constant] + 2) & 0xffff;
            return switch (kind) {
                case 2, 4 -> member(Use.STATIC_FIELD, member);
                case 1, 3 -> new Reference(Use.CLASS, member(Use.CALL, member).owner, "", ""); // an object's own field
                case 8 -> new Reference(Use.NEW, member(Use.CALL, member).owner, "", "");
                default -> member(Use.CALL, member);
            };
        }

        private Reference member(Use use, int constant) {
            String owner = className(in.getShort(constants[constant] + 1) & 0xffff);
            return new Reference(use, owner, utf8(nameAndType(constant, 1)), utf8(nameAndType(constant, 3)));
        }

        /** Returns the number of the name (at 1) or of the descriptor (at 3) of a member. */
        private int nameAndType(int constant, int which) {
            int pair = in.getShort(constants[constant] + 3) & 0xffff;
            return in.getShort(constants[pair] + which) & 0xffff;
        }

        private int tag(int constant) {
            return in.get(constants[constant]);
        }

        private String className(int constant) {
            return utf8(in.getShort(constants[constant] + 1) & 0xffff).replace('/', '.');
        }

        private String utf8(int constant) {
            int length = in.getShort(constants[constant] + 1) & 0xffff;
            return new String(in.array(), constants[constant] + 3, length, StandardCharsets.UTF_8);
        }

        private int u2() {
            return in.getShort() & 0xffff;
        }

        private void skip(int bytes) {
            in.position(in.position() + bytes);
        }
    }
}
