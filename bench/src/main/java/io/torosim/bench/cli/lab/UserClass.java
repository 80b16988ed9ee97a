package io.torosim.bench.cli.lab;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An instance of a class that the command line names. */
final class UserClass {
    private UserClass() {}

    /**
     * Makes it.
     *
     * @param classPath directories and jar files, separated as paths are; empty for none
     * @throws IllegalArgumentException with one line that names the class and what is wrong with it
     */
    static Object make(String className, String classPath) {
        ClassLoader loader = classPath.isEmpty() ? UserClass.class.getClassLoader() : loader(classPath);
        try {
            return Class.forName(className, true, loader)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "no such class, class=" + className + "; --classpath says where compiled classes are", e);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException("the class has no constructor without arguments, class=" + className, e);
        } catch (ReflectiveOperationException | LinkageError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalArgumentException("the class cannot be made, class=" + className + ": " + cause, e);
        }
    }

    private static ClassLoader loader(String classPath) {
        List<URL> urls = new ArrayList<>();
        for (String part : classPath.split(File.pathSeparator, -1)) {
            Path path = Path.of(part);
            if (!Files.exists(path)) {
                throw new IllegalArgumentException("--classpath names what is not there, path=" + part);
            }
            try {
                urls.add(path.toRealPath().toUri().toURL());
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException("--classpath: " + part, e);
            } catch (IOException e) {
                throw new IllegalArgumentException("--classpath cannot be read, path=" + part, e);
            }
        }
        return new URLClassLoader(urls.toArray(new URL[0]), UserClass.class.getClassLoader());
    }
}
