package auth

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The list is what common/README.md says.
func TestCommon_IsTheListOfItsPage(t *testing.T) {
	words, err := commonWords()
	if err != nil {
		t.Fatal(err)
	}
	if len(words) != 49233 || !slices.IsSorted(words) {
		t.Errorf("%d words, sorted: %v", len(words), slices.IsSorted(words))
	}
	sum := sha256.Sum256([]byte(strings.Join(words, "\n") + "\n"))
	page, err := os.ReadFile("common/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{hex.EncodeToString(sum[:]), "49,233"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("common/README.md lacks %s", want)
		}
	}
}

func TestCommon_Has(t *testing.T) {
	for password, want := range map[string]bool{
		"password":                       true,
		"PassWord":                       true,
		"administrator":                  true,
		"1q2w3e4r5t6y":                   true,
		"Contraseña2026!":                true, // accents, year, sign
		"contrasena-1234":                true,
		"P@ssw0rd12345":                  true,
		"2026-guadalupe-2026":            true,
		"!!!mexico!!!mexico!!":           false, // no repetition of one unit, no core of the list
		"passwordpassword":               true,
		"mexicomexicomexico":             true,
		"aaaaaaaaaaaa":                   true,
		"abcabcabcabc":                   true,
		"1234567890123456":               true,
		"0987654321098":                  true,
		"zyxwvutsrqpon":                  true,
		"abcdefghijklm":                  true,
		"            ":                   true,
		"caballo grapa batería correcto": false,
		"una frase larga de prueba":      false,
		"qhzv7-2nmkt-x4wpe-9rbcd":        false,
		"83650172946385":                 false,
		"el perro come 3 tortillas":      false,
		"ñandú veloz 48 estrellas":       false,
		"":                               false,
	} {
		got, err := Common{}.Has(password)
		if err != nil || got != want {
			t.Errorf("%q: %v %v, want %v", password, got, err, want)
		}
	}
}

func TestPersonal(t *testing.T) {
	for _, c := range []struct {
		password string
		names    []string
		want     bool
	}{
		{"Inspectora.Uno en Sinaloa", []string{"inspectora.uno"}, true},
		{"inspectorauno-99-mesas", []string{"inspectora.uno"}, true},
		{"Secretaría del Trabajo 1", []string{"x", "Secretaría del Trabajo"}, true},
		{"trabajo123456", []string{"Secretaría del Trabajo"}, true}, // one word, made longer
		{"mi trabajo es azul hoy", []string{"Secretaría del Trabajo"}, false},
		{"banana con leche fría", []string{"ana"}, false}, // too short to be searched for
		{"ana1234567890", []string{"ana"}, true},
		{"caballo grapa batería", []string{"inspectora", "Uno", ""}, false},
		{"1234 5678 9012", []string{"", "--"}, false},
	} {
		if got := personal(c.password, c.names...); got != c.want {
			t.Errorf("%q of %v: %v", c.password, c.names, got)
		}
	}
}

// hashFile writes a file as haveibeenpwned.com gives it out.
func hashFile(t *testing.T, sorted bool, end string, passwords ...string) string {
	t.Helper()
	var lines []string
	for i, p := range passwords {
		lines = append(lines, fmt.Sprintf("%X:%d", sha1.Sum([]byte(p)), i*i*i+1))
	}
	slices.Sort(lines)
	if !sorted {
		slices.Reverse(lines)
	}
	name := filepath.Join(t.TempDir(), "pwned.txt")
	if err := os.WriteFile(name, []byte(strings.Join(lines, end)+end), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestBreached_FindsEachAndNothingElse(t *testing.T) {
	for _, size := range []int{1, 2, 3, 50, 3000} {
		var passwords []string
		for i := range size {
			passwords = append(passwords, fmt.Sprint("contraseña ", i))
		}
		for _, end := range []string{"\r\n", "\n"} {
			b, err := OpenBreached(hashFile(t, true, end, passwords...))
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range passwords {
				if ok, err := b.Has(p); err != nil || !ok {
					t.Errorf("%d of %q: %q is not found: %v", size, end, p, err)
				}
				if ok, err := b.Has(p + "x"); err != nil || ok {
					t.Errorf("%d of %q: %qx is found: %v", size, end, p, err)
				}
			}
			if err := b.Close(); err != nil {
				t.Error(err)
			}
			if _, err := b.Has("x"); err == nil {
				t.Error("a file that cannot be read says no")
			}
		}
	}
}

func TestBreached_RefusesOtherFiles(t *testing.T) {
	write := func(text string) string {
		name := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	line := strings.Repeat("A", 40) + ":1\n"
	for want, name := range map[string]string{
		"no such file":        filepath.Join(t.TempDir(), "none"),
		"no regular file":     t.TempDir(),
		"empty":               write(""),
		"not ordered by hash": hashFile(t, false, "\r\n", "a", "b", "c"),
		"not the SHA-1":       write(strings.Repeat("A", 32) + ":1\n"), // NTLM
		"not the SHA-1 ":      write(line + "password\n"),
		"not the SHA-1  ":     write(line + strings.Repeat("B", 300)),
		"not the SHA-1   ":    write(line + strings.Repeat("G", 40) + ":1\n"),
		"not the SHA-1    ":   write(line + strings.Repeat("B", 40) + ":many\n"),
		"not the SHA-1     ":  write(line + strings.Repeat("B", 40) + "\n"),
	} {
		b, err := OpenBreached(name)
		if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(want)) {
			t.Errorf("%q: %v", strings.TrimSpace(want), err)
		}
		if b != nil {
			t.Errorf("%q: a file came with the error", want)
		}
	}
}

// A large file in another order is found out by the probes.
func TestBreached_RefusesALargeFileInAnotherOrder(t *testing.T) {
	name := filepath.Join(t.TempDir(), "count.txt")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	for i := range 200_000 {
		fmt.Fprintf(w, "%X:%d\r\n", sha1.Sum([]byte{byte(i), byte(i >> 8), byte(i >> 16)}), 200_000-i)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenBreached(name); err == nil || !strings.Contains(err.Error(), "not ordered") {
		t.Errorf("%v", err)
	}
}

func TestCheckNew_LengthAloneWithoutAList(t *testing.T) {
	demo := &Service{MinPassword: 8}
	real := &Service{Common: Lists{Common{}}}
	for password, want := range map[string][2]string{
		"password":              {"", "password-length"},
		"passwordpassword":      {"", "password-common"},
		"supervisora1234":       {"", "password-common"},
		"caballo grapa batería": {"", ""},
		"corta":                 {"password-length", "password-length"},
	} {
		for i, s := range []*Service{demo, real} {
			err := s.checkNew(password, "supervisora", "Inspección")
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != want[i] {
				t.Errorf("%q: %q, want %q", password, got, want[i])
			}
		}
	}
}

// Whatever stands in the file, it is opened or refused, and searched without a panic.
func FuzzBreached(f *testing.F) {
	f.Add([]byte(strings.Repeat("A", 40)+":1\r\n"), "x")
	f.Add([]byte("\n\n\n"), "")
	f.Add(bytes.Repeat([]byte("0"), 500), "y")
	f.Fuzz(func(t *testing.T, text []byte, password string) {
		name := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := OpenBreached(name)
		if err != nil {
			return
		}
		defer b.Close()
		if _, err := b.Has(password); err != nil && err != io.EOF {
			t.Logf("refused: %v", err) // a line between the probes may be none
		}
	})
}

func FuzzCommon(f *testing.F) {
	for _, s := range []string{"", "password", "P@ssw0rd1234", "ñ\u0301\xff", strings.Repeat("ab", 200)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := (Common{}).Has(s); err != nil {
			t.Error(err)
		}
		personal(s, s, s)
	})
}
