package record_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"umbral/server/record"
)

// Worked out apart from the code: printf %s ID | sha256sum, its first ten
// digits in base 32 and modulo 37.
func TestFolio_ByHand(t *testing.T) {
	for id, want := range handFolios {
		if got := record.Folio(id); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
		if got := record.Folio(strings.ToUpper(id)); got != want {
			t.Errorf("%s in upper case: %s", id, got)
		}
	}
}

func genFolio(t *rapid.T) string {
	return record.Folio(uuidText([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))))
}

func TestParseFolio_AsSaidAndWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := genFolio(t)
		said := strings.NewReplacer("0", "o", "1", "l").Replace(strings.ToLower(f))
		for _, form := range []string{f, strings.ToLower(f), strings.ReplaceAll(f, "-", ""), " " + strings.ReplaceAll(f, "-", " - ") + " ", said} {
			if got, ok := record.ParseFolio(form); !ok || got != f {
				t.Fatalf("%q: %q %v, want %q", form, got, ok, f)
			}
		}
	})
}

func TestParseFolio_FindsEverySlip(t *testing.T) {
	const signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U"
	rapid.Check(t, func(t *rapid.T) {
		f := strings.ReplaceAll(genFolio(t), "-", "")
		i := rapid.IntRange(0, 8).Draw(t, "place")
		c := signs[rapid.IntRange(0, 36).Draw(t, "sign")]
		if wrong := f[:i] + string(c) + f[i+1:]; wrong != f {
			if _, ok := record.ParseFolio(wrong); ok {
				t.Fatalf("%s passes for %s", wrong, f)
			}
		}
		if i < 8 && f[i] != f[i+1] {
			swapped := f[:i] + string(f[i+1]) + string(f[i]) + f[i+2:]
			if _, ok := record.ParseFolio(swapped); ok {
				t.Fatalf("%s passes for %s", swapped, f)
			}
		}
	})
}

func TestParseFolio_Refuses(t *testing.T) {
	for _, s := range []string{"", "ABCD", "ABCD-EFGH", "ABCD-EFGH-JK", "ÁBCD-EFGH-J", "UUUU-UUUU-0"} {
		if got, ok := record.ParseFolio(s); ok {
			t.Errorf("%q: %q", s, got)
		}
	}
}

func FuzzParseFolio(f *testing.F) {
	f.Add("ABCD-EFGH-J")
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := record.ParseFolio(s)
		if !ok {
			return
		}
		if again, ok := record.ParseFolio(got); !ok || again != got {
			t.Fatalf("%q gives %q, which gives %q", s, got, again)
		}
	})
}

var handFolios = map[string]string{
	"01936a10-7c2e-7a31-8f00-0123456789ab": "JHK5-EKK0-0",
	"00000000-0000-7000-8000-000000000000": "3VAS-6D6R-Q",
	"01936a10-7c2e-7a31-8f00-000000000024": "0B0B-TW34-*",
}
