package audit

import (
	"fmt"
	"testing"
	"time"
)

type memory []Entry

func (m *memory) Last() (Entry, bool, error) {
	if len(*m) == 0 {
		return Entry{}, false, nil
	}
	return (*m)[len(*m)-1], true, nil
}

func (m *memory) Put(e Entry) error { *m = append(*m, e); return nil }

func book(t *testing.T, n int) memory {
	t.Helper()
	var m memory
	at := time.Date(2026, 3, 1, 8, 0, 0, 5, time.FixedZone("MX", -6*3600))
	for i := range n {
		_, err := Append(&m, Act{At: at.Add(time.Duration(i) * time.Minute), Who: "u", What: "review", ID: fmt.Sprint(i)})
		if err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func TestAppend_ChainHolds(t *testing.T) {
	m := book(t, 5)
	if err := Verify(m); err != nil {
		t.Fatal(err)
	}
	c := From(m[2])
	if err := c.Next(m[3]); err != nil {
		t.Errorf("from the middle: %v", err)
	}
	if m[0].Seq != 1 || m[0].Prev != "" || m[4].Prev != m[3].Hash {
		t.Errorf("chain = %+v", m)
	}
}

func TestVerify_EveryTamperingShows(t *testing.T) {
	for name, tamper := range map[string]func(memory) memory{
		"who changed":     func(m memory) memory { m[2].Who = "other"; return m },
		"what changed":    func(m memory) memory { m[2].What = "note"; return m },
		"id changed":      func(m memory) memory { m[2].ID = "9"; return m },
		"time changed":    func(m memory) memory { m[2].At = m[2].At.Add(time.Second); return m },
		"taken out":       func(m memory) memory { return append(m[:2], m[3:]...) },
		"first taken out": func(m memory) memory { return m[1:] },
		"swapped":         func(m memory) memory { m[1], m[2] = m[2], m[1]; return m },
		"put in":          func(m memory) memory { return append(m[:3], append(memory{m[2]}, m[3:]...)...) },
		"rehashed alone": func(m memory) memory {
			m[2].Who = "other"
			m[2].Hash = m[2].sum()
			return m
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := Verify(tamper(book(t, 5))); err == nil {
				t.Error("not noticed")
			}
		})
	}
}
