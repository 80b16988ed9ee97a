package io.torosim.fat.layout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AliasBasisTest {
    @ParameterizedTest
    @CsvSource({
        "a long name.text, 1, ALONGN~1.TEX",
        "a long name.text, 10, ALONG~10.TEX",
        "a long name.text, 999999, A~999999.TEX",
        "ab.c, 12345, AB~12345.C",
        ".profile, 2, PROFIL~2",
        "....., 1, _~1",
        "no.dots.here.tar.gz, 1, NODOTS~1.GZ",
        "'a+b,c;d=e.f[]', 1, A_B_C_~1.F__",
        "'Übel größer.ß', 1, ÜBELGR~1.ß", // code page 437 has them all
        "😀😀.😀, 3, __~3._"
    })
    void numbersTheBasis(String name, int number, String shown) {
        String made = ShortName.decode(AliasBasis.of(name, CodePage.CP437).numbered(number), 0, CodePage.CP437, false);
        assertThat(made).isEqualTo(shown);
    }

    @Test
    void aLeadingE5hIsWrittenAs05h() {
        CodePage page = CodePage.of("IBM850");
        char letter = page.toChar(0xe5); // a capital letter of this code page
        byte[] alias = AliasBasis.of(letter + " and more than eight", page).numbered(1);
        assertThat(alias[0]).isEqualTo((byte) 0x05);
        assertThat(ShortName.decode(alias, 0, page, false)).startsWith("" + letter);
    }

    @Test
    void basesAreEqualIfTheirAliasesAre() {
        AliasBasis one = AliasBasis.of("a long file name, number 1.text", CodePage.CP437);
        AliasBasis two = AliasBasis.of("A Long File Nothing.TEX", CodePage.CP437);
        assertThat(two).isEqualTo(one).hasSameHashCodeAs(one);
        assertThat(AliasBasis.of("a long file.txt", CodePage.CP437)).isNotEqualTo(one);
        assertThat(AliasBasis.of("AB C.D", CodePage.CP437)).isEqualTo(AliasBasis.of("ab.c.d", CodePage.CP437));
    }
}
