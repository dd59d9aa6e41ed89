package static

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode/utf16"

	"github.com/chromedp/chromedp"
	"golang.org/x/crypto/argon2"
)

// The phone is taken. Whoever has it reads every byte of the browser's folder.
// These tests plant words, take the folder, and search it as they would.

// phone is a browser on a folder that can be taken at any moment.
type phone struct {
	t       *testing.T
	url     string
	profile string
	ctx     context.Context
	quit    func()
}

func newPhone(t *testing.T) *phone {
	p := &phone{t: t, url: newHarness(t).URL + "/test/page.html", profile: t.TempDir()}
	p.start()
	return p
}

func (p *phone) start() {
	p.t.Helper()
	for _, lock := range []string{"SingletonLock", "SingletonCookie", "SingletonSocket"} {
		_ = os.Remove(filepath.Join(p.profile, lock))
	}
	p.ctx, p.quit = openBrowser(p.t, p.profile)
	if err := chromedp.Do(p.ctx, chromedp.Navigate(p.url)); err != nil {
		p.t.Fatal(err)
	}
}

// do calls a function of test/seized.js.
func do[T any](p *phone, call string, args ...any) T {
	p.t.Helper()
	var given []string
	for _, arg := range args {
		text, err := json.Marshal(arg)
		if err != nil {
			p.t.Fatal(err)
		}
		given = append(given, string(text))
	}
	return evaluate[T](p.t, p.ctx, fmt.Sprintf(`import("/test/seized.js").then((m) => m.%s(%s))`, call, strings.Join(given, ",")))
}

// kill is a battery taken out: nothing is written any more.
func (p *phone) kill() {
	p.t.Helper()
	if err := syscall.Kill(chromedp.FromContext(p.ctx).Browser.Process().Pid, syscall.SIGKILL); err != nil {
		p.t.Fatal(err)
	}
	p.quit()
}

// close ends the browser as a person does: it writes what it still holds.
func (p *phone) close() {
	p.t.Helper()
	if err := chromedp.Cancel(p.ctx); err != nil {
		p.t.Fatal(err)
	}
	p.quit()
}

// files are all of the folder.
func (p *phone) files() map[string][]byte {
	p.t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(p.profile, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		body, err := os.ReadFile(name)
		out[strings.TrimPrefix(name, p.profile)] = body
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

// forms are the bytes that a word can be on a disk as: UTF-8, and as IndexedDB
// writes texts: Latin-1 where all letters fit, else UTF-16.
func forms(word string) [][]byte {
	out := [][]byte{[]byte(word)}
	var wide, narrow []byte
	for _, unit := range utf16.Encode([]rune(word)) {
		wide = binary.LittleEndian.AppendUint16(wide, unit)
		narrow = append(narrow, byte(unit))
	}
	out = append(out, wide)
	if !slices.ContainsFunc([]rune(word), func(r rune) bool { return r > 0xff }) {
		out = append(out, narrow)
	}
	return out
}

// search tells in which files words are, in whatever form.
func search(files map[string][]byte, words ...string) (found []string) {
	for name, body := range files {
		for _, word := range words {
			for i, form := range forms(word) {
				if bytes.Contains(body, form) {
					found = append(found, fmt.Sprintf("%q (form %d) in %s", word, i, name))
				}
			}
		}
	}
	return found
}

// plantedWords are new at each run: ASCII, Latin-1, and beyond.
func plantedWords() []string {
	token := strings.ToLower(rand.Text())
	return []string{"zxqv" + token, "Ñuñez Yáñez " + token[:8], "Ŋahuatl ʔ " + token[8:16]}
}

var pins = map[string]string{"secret": "73915824", "duress": "60284713"}

func TestSeized_NothingOfAPersonIsReadable(t *testing.T) {
	p := newPhone(t)
	control := "Ñandú-" + rand.Text()
	vault := do[string](p, "setUp", control, pins)
	words := plantedWords()
	looked := 0
	look := func(when string) {
		t.Helper()
		files := p.files()
		looked++
		if len(search(files, control)) == 0 {
			t.Fatalf("%s: the control is not found: this search finds nothing", when)
		}
		for _, found := range search(files, words...) {
			t.Errorf("%s: %s", when, found)
		}
	}
	opens := func(with, want string) {
		t.Helper()
		p.start()
		text := do[string](p, "read", vault, pins[with])
		for _, word := range words {
			if has := strings.Contains(text, word); has != (want == "words") {
				t.Fatalf("read with the %s: %q is there: %v", with, word, has)
			}
		}
	}
	type planted struct{ IDs, Bodies []string }
	do[planted](p, "plant", words)
	p.close()
	look("open drafts, closed by hand")
	opens("secret", "words") // they are really there
	p.kill()
	look("open drafts, battery taken out")

	opens("secret", "words")
	do[any](p, "sealAll")
	p.kill()
	look("sealed")
	opens("secret", "none")

	do[planted](p, "plant", words)
	do[int](p, "destroy")
	p.kill()
	look("destroyed")

	opens("secret", "none")
	do[planted](p, "plant", words)
	p.close()
	opens("duress", "none")
	if left := do[[]int](p, "left"); !slices.Equal(left, []int{0, 0, 0}) {
		t.Errorf("after duress %v drafts, entries, snapshots are left", left)
	}
	p.close()
	look("after duress")
	if looked != 5 {
		t.Errorf("%d searches", looked)
	}
}

// The vault file as FORMAT.md has it, read by code that shares nothing with the worker.
const (
	vaultFileBytes = 4096 + 8*8192
	secretSlot     = 96
	draftSlots     = 64
	draftSlot      = 80
	draftSealed    = 12 + 64
)

// vaultFile finds the file in the folder.
func (p *phone) vaultFile() []byte {
	p.t.Helper()
	for _, body := range p.files() {
		if len(body) == vaultFileBytes && body[0] == 1 && bytes.Contains(body, []byte("\x03uno")) {
			return body
		}
	}
	p.t.Fatal("no vault file in the folder")
	return nil
}

func aead(t *testing.T, key []byte) cipher.AEAD {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	return gcm
}

func derived(t *testing.T, secret []byte, info string) cipher.AEAD {
	t.Helper()
	key, err := hkdf.Key(sha256.New, secret, nil, info, 32)
	if err != nil {
		t.Fatal(err)
	}
	return aead(t, key)
}

// baseKey is what a PIN opens, or nil.
func baseKey(t *testing.T, file []byte, pin string) (base, id []byte) {
	t.Helper()
	v := file[4096:]
	if v[0] != 1 {
		t.Fatal("no vault at the first place")
	}
	id = v[40:56]
	stretched := argon2.IDKey([]byte(pin), v[56:88], binary.BigEndian.Uint32(v[8:]), binary.BigEndian.Uint32(v[4:]), 1, 32)
	gcm := derived(t, append(stretched, make([]byte, 32)...), "umbral/1 secret")
	for slot := range 2 {
		sealed := v[240+slot*secretSlot:][:12+80]
		if plain, err := gcm.Open(nil, sealed[:12], sealed[12:], id); err == nil {
			return plain[1:33], id
		}
	}
	return nil, id
}

// carve tries every offset of every file as a draft slot.
func carve(t *testing.T, files map[string][]byte, base, id []byte) (keys map[string][]byte) {
	t.Helper()
	gcm := derived(t, base, "umbral/1 drafts")
	keys = map[string][]byte{}
	buf := make([]byte, 0, 64)
	for name, body := range files {
		// Where the page's own data lies; the rest of a profile is the browser's.
		if !strings.Contains(name, "IndexedDB") && !strings.Contains(name, "File System") && len(body) != vaultFileBytes {
			continue
		}
		for at := 0; at+draftSealed <= len(body); at++ {
			if plain, err := gcm.Open(buf[:0], body[at:at+12], body[at+12:at+draftSealed], id); err == nil {
				keys[hex.EncodeToString(plain[:16])] = bytes.Clone(plain[16:])
			}
		}
	}
	return keys
}

// opened counts the ciphertexts that any of the keys opens.
func opened(t *testing.T, keys map[string][]byte, bodies []string) (n int) {
	t.Helper()
	for _, text := range bodies {
		body, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		for local, key := range keys {
			if _, err := aead(t, key).Open(nil, body[:12], body[12:], []byte("umbral/1 journal "+local)); err == nil {
				n++
				break
			}
		}
	}
	return n
}

// Even the PIN, beaten out of somebody, opens nothing of what was sealed or destroyed.
func TestSeized_WithThePINWhatWasSealedStaysShut(t *testing.T) {
	for _, end := range []string{"sealAll", "destroy"} {
		t.Run(end, func(t *testing.T) {
			p := newPhone(t)
			do[string](p, "setUp", rand.Text(), pins)
			type planted struct{ IDs, Bodies []string }
			before := do[planted](p, "plant", plantedWords())
			p.kill()

			base, id := baseKey(t, p.vaultFile(), pins["secret"])
			if base == nil {
				t.Fatal("the right PIN opens nothing: this test reads another format than the worker writes")
			}
			if wrong, _ := baseKey(t, p.vaultFile(), "73915825"); wrong != nil {
				t.Error("a wrong PIN opens the vault")
			}
			keys := carve(t, p.files(), base, id)
			if n := opened(t, keys, before.Bodies); len(keys) != 4 || n != len(before.Bodies) || n < 10 {
				t.Fatalf("before: %d keys open %d of %d entries; all must be", len(keys), n, len(before.Bodies))
			}

			p.start()
			vaultID := hex.EncodeToString(id)
			do[string](p, "read", vaultID, pins["secret"])
			do[any](p, end)
			p.kill()
			after, _ := baseKey(t, p.vaultFile(), pins["secret"])
			if !bytes.Equal(after, base) {
				t.Error("the PIN should still open the vault itself")
			}
			keys = carve(t, p.files(), base, id)
			if end == "destroy" && len(keys) != 0 {
				t.Errorf("%d keys of drafts are still to be found", len(keys))
			}
			// The visit goes on after its persons are sealed: its own entries open, no person's.
			persons := slices.DeleteFunc(slices.Clone(before.Bodies), func(body string) bool { return end == "sealAll" && opened(t, keys, []string{body}) == 1 })
			if end == "sealAll" && (len(keys) != 1 || len(before.Bodies)-len(persons) > 4) {
				t.Errorf("%d keys, %d entries open; only the visit's may", len(keys), len(before.Bodies)-len(persons))
			}
			if n := opened(t, keys, persons); n != 0 {
				t.Errorf("%d entries still open", n)
			}
		})
	}
}

// The places of unused slots and those of used ones look alike: nobody counts
// drafts, or sees whether there is a duress PIN, from the file.
func TestSeized_UsedAndFreeSlotsLookAlike(t *testing.T) {
	p := newPhone(t)
	do[string](p, "setUp", rand.Text(), map[string]string{"secret": pins["secret"], "duress": ""})
	do[any](p, "plant", plantedWords())
	p.kill()
	v := p.vaultFile()[4096:][:8192]
	var slots [][]byte
	for slot := range 2 {
		slots = append(slots, v[240+slot*secretSlot:][:secretSlot])
	}
	for slot := range draftSlots {
		slots = append(slots, v[1024+slot*draftSlot:][:draftSlot])
	}
	for i, slot := range slots {
		// A byte that comes up more than 8 times in 96 random ones: once in 10^9.
		counts := map[byte]int{}
		for _, b := range slot {
			counts[b]++
		}
		for b, n := range counts {
			if n > 8 {
				t.Errorf("slot %d has %d times %#x", i, n, b)
			}
		}
	}
}

// The battery is taken out amid writes, again and again: what was acknowledged is there.
func TestSeized_KilledAmidWritesLosesNothing(t *testing.T) {
	p := newPhone(t)
	vault := do[string](p, "setUp", rand.Text(), pins)
	type planted struct{ IDs, Bodies []string }
	var ids []string
	for round := range 4 {
		ids = append(ids, do[planted](p, "plant", plantedWords()[:1]).IDs...)
		evaluate[bool](t, p.ctx, `(void import("/test/seized.js").then((m) => m.plant(["amid", "writes"])), new Promise((r) => setTimeout(() => r(true), `+fmt.Sprint(60+40*round)+`)))`)
		p.kill()
		p.start()
		text := do[string](p, "read", vault, pins["secret"])
		for _, id := range ids {
			if !strings.Contains(text, id) {
				t.Errorf("round %d: %s was saved and is gone", round, id)
			}
		}
	}
}
