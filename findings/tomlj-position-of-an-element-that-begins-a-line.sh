#!/usr/bin/env bash
# tomlj 1.1.1: where does an element of an array stand? A program that checks a specification says "line 4: ..." for a wrong element.
# Guess, written down before: TomlArray.inputPositionOf(i) is the line and column of the element's first character, as
# TomlTable.inputPositionOf(key) is that of the key.
# Wrong: it is where the token before the element's value ends its white space: for an element that begins a line of its own, the end of the
# line before. The first element of an array that is written one to a line has the position of what follows the bracket, the second that of what
# follows the first comma; an error message made of it points one line too high. Elements on the bracket's line are right in the line.
# Seen with tomlj 1.1.1: key "list" at line 1, elements "a" of line 2 and "b" of line 3 at lines 1 and 2; in one line both at line 1.
# Fails if the elements are said to stand in their own lines.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > pom.xml <<P
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version>
<dependencies><dependency><groupId>org.tomlj</groupId><artifactId>tomlj</artifactId><version>1.1.1</version></dependency></dependencies></project>
P
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib
cat > Where.java <<J
import org.tomlj.*;
public class Where {
    public static void main(String[] a) {
        TomlParseResult toml = Toml.parse("list = [\n  \"a\",\n  \"b\"\n]\nshort = [\"c\", \"d\"]\n");
        System.out.println("errors " + toml.errors().size() + ", list at " + toml.inputPositionOf("list"));
        for (String key : new String[] {"list", "short"}) {
            TomlArray array = toml.getArray(key);
            for (int i = 0; i < array.size(); i++) {
                System.out.println(array.getString(i) + ": " + array.inputPositionOf(i));
            }
        }
    }
}
J
java -cp 'lib/*' Where.java | tee out
grep -q '^a: line 1, column 9' out && grep -q '^b: line 2, column 7' out && grep -q '^d: line 5' out || { echo "changed"; exit 1; }
