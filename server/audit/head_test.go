package audit

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// sign and verify stand for the server's root, which package seal tests.
func sign(statement string) (kid, signature string) { return "k", "signed:" + statement }

func verify(kid, statement, signature string) bool {
	return kid == "k" && signature == "signed:"+statement
}

func prove(m memory, heads ...Head) error {
	p, err := NewProof(heads, verify)
	if err != nil {
		return err
	}
	for _, e := range m {
		if err := p.Next(e); err != nil {
			return err
		}
	}
	_, err = p.End()
	return err
}

// rechained makes every hash anew, as who can write the whole store would.
func rechained(m memory) memory {
	var out memory
	for _, e := range m {
		if _, err := Append(&out, Act{e.At, e.Who, e.What, e.ID, e.Detail}); err != nil {
			panic(err)
		}
	}
	return out
}

func TestProof_TamperingIsFoundAtEveryPlace(t *testing.T) {
	const n = 12
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	head := Sign(book(t, n)[n-1], at, sign)
	if err := prove(book(t, n), head); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		for name, tamper := range map[string]func(memory) memory{
			"changed": func(m memory) memory { m[i].ID = "x"; return m },
			"detail":  func(m memory) memory { m[i].Detail = "x"; return m },
			"removed": func(m memory) memory { return append(m[:i:i], m[i+1:]...) },
			"swapped": func(m memory) memory { m[i], m[(i+1)%n] = m[(i+1)%n], m[i]; return m },
			"cut":     func(m memory) memory { return m[:i] },
			"put in":  func(m memory) memory { return append(m[:i:i], append(memory{m[(i+5)%n]}, m[i:]...)...) },
		} {
			if err := prove(tamper(book(t, n)), head); err == nil {
				t.Errorf("%s at %d: not found", name, i)
			}
			if name != "cut" && prove(rechained(tamper(book(t, n))), head) == nil {
				t.Errorf("%s at %d and written anew: not found", name, i)
			}
		}
	}
}

func TestProof_GrowsWithTheBook(t *testing.T) {
	m := book(t, 9)
	var heads []Head
	for i, e := range append(memory{{}}, m...) {
		heads = append(heads, Sign(e, time.Unix(int64(i), 0), sign))
	}
	if err := prove(m, heads...); err != nil {
		t.Error(err)
	}
	forged := heads[3]
	forged.Hash = m[4].Hash
	if err := prove(m, forged); err == nil || !strings.Contains(err.Error(), "no signature") {
		t.Errorf("a forged head: %v", err)
	}
}

// An entry from before there were details has the hash that it had.
func TestEntry_HashOfOldEntries(t *testing.T) {
	e := Entry{Seq: 7, At: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), Who: "u", What: "note", ID: "i", Prev: "p"}
	const old = "012feca519ba7717afb28ab7e51368fcc2d746b6c364429885cba3ccfe4ba17e"
	if got := e.sum(); got != old {
		t.Errorf("hash %s, want %s", got, old)
	}
	withDetail := e
	withDetail.Detail = "d"
	if withDetail.sum() == old {
		t.Error("a detail is no part of the hash")
	}
}

func TestReadHeads_ATornLineIsToldAndSkipped(t *testing.T) {
	whole, err := json.Marshal(Sign(Entry{Seq: 1, Hash: "ab"}, time.Unix(5, 0), sign))
	if err != nil {
		t.Fatal(err)
	}
	line := string(whole)
	for cut := 1; cut < len(line); cut++ {
		for name, c := range map[string]struct {
			text string
			torn int
		}{"last": {line + "\n" + line[:cut], 2}, "before others": {line[:cut] + "\n" + line + "\n", 1}, "zeros": {line + "\n" + line[:cut] + "\x00\x00", 2}} {
			heads, torn, err := ReadHeads(strings.NewReader(c.text))
			if err != nil || len(heads) != 1 || heads[0].Hash != "ab" || len(torn) != 1 || torn[0] != c.torn {
				t.Fatalf("%s, cut at %d: %v %v %v", name, cut, heads, torn, err)
			}
		}
	}
	for name, text := range map[string]string{"no head": "[]", "words": "nada", "two in a line": line + line, "a cut one before another": line[:40] + line} {
		if _, _, err := ReadHeads(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadHeads(f *testing.F) {
	line, err := json.Marshal(Sign(Entry{Seq: 1, Hash: "ab"}, time.Unix(5, 0), sign))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(line) + "\n\n" + string(line))
	f.Add("{")
	f.Add(strings.Repeat("x", maxHeadLine+1))
	f.Fuzz(func(t *testing.T, text string) {
		heads, torn, err := ReadHeads(strings.NewReader(text))
		if err == nil && len(heads)+len(torn) > len(text) {
			t.Error(fmt.Sprint(len(heads), " heads from nothing"))
		}
	})
}
