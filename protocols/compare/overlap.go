package compare

import (
	"slices"

	"umbral/screening"
)

// Overlap is what two protocols share. Items are counted by id; shares are in
// whole percent, rounded down.
type Overlap struct {
	Items   Shared         `json:"items"`
	OfA     int            `json:"of_a"` // share of A's items that B has, in whatever words
	OfB     int            `json:"of_b"` // share of B's items that A has
	OfAll   int            `json:"of_all"`
	Modules []ModuleShared `json:"modules"` // those of A in its order, then those that only B has
}

// Shared is a set of items in its four parts, in the order of A, then of B.
type Shared struct {
	Same       []string `json:"same"`        // said in the same words
	OtherWords []string `json:"other_words"` // the same item in other words
	OnlyA      []string `json:"only_a"`
	OnlyB      []string `json:"only_b"`
}

// ModuleShared is the same of the items that stand in one module, in A or in B.
type ModuleShared struct {
	Module string `json:"module"`
	InA    bool   `json:"in_a"`
	InB    bool   `json:"in_b"`
	Shared
	Percent int `json:"percent"` // of its items that both have
}

// OverlapOf counts what a and b share.
func OverlapOf(a, b *screening.Protocol) Overlap {
	inA, inB := itemsByID(a), itemsByID(b)
	part := func(ids []string) Shared {
		s := Shared{[]string{}, []string{}, []string{}, []string{}}
		for _, id := range ids {
			x, y := inA[id], inB[id]
			switch {
			case y == nil:
				s.OnlyA = append(s.OnlyA, id)
			case x == nil:
				s.OnlyB = append(s.OnlyB, id)
			case SameWords(x, y):
				s.Same = append(s.Same, id)
			default:
				s.OtherWords = append(s.OtherWords, id)
			}
		}
		return s
	}
	all := union(idsOf(a, ""), idsOf(b, ""))
	o := Overlap{Items: part(all), Modules: []ModuleShared{}}
	common := len(o.Items.Same) + len(o.Items.OtherWords)
	o.OfA, o.OfB, o.OfAll = percent(common, len(inA)), percent(common, len(inB)), percent(common, len(all))
	for _, m := range union(moduleIDs(a), moduleIDs(b)) {
		ids := union(idsOf(a, m), idsOf(b, m))
		s := part(ids)
		o.Modules = append(o.Modules, ModuleShared{
			Module: m, InA: slices.Contains(moduleIDs(a), m), InB: slices.Contains(moduleIDs(b), m),
			Shared: s, Percent: percent(len(s.Same)+len(s.OtherWords), len(ids)),
		})
	}
	return o
}

// SameWords reports whether two items are put to a person in the same words.
func SameWords(a, b *screening.Item) bool {
	return a.Text == b.Text && a.ChildText == b.ChildText && slices.Equal(a.Options, b.Options)
}

func percent(part, whole int) int {
	if whole == 0 {
		return 0
	}
	return 100 * part / whole
}

// union lists what is in a, then what is only in b.
func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, id := range b {
		if !slices.Contains(a, id) {
			all = append(all, id)
		}
	}
	return all
}

func moduleIDs(p *screening.Protocol) []string {
	ids := make([]string, len(p.Modules))
	for i, m := range p.Modules {
		ids[i] = m.ID
	}
	return ids
}

// idsOf lists the items of a module, of all for "".
func idsOf(p *screening.Protocol, module string) []string {
	var ids []string
	for _, m := range p.Modules {
		for _, it := range m.Items {
			if module == "" || m.ID == module {
				ids = append(ids, it.ID)
			}
		}
	}
	return ids
}

func itemsByID(p *screening.Protocol) map[string]*screening.Item {
	items := map[string]*screening.Item{}
	for i := range p.Modules {
		for j := range p.Modules[i].Items {
			items[p.Modules[i].Items[j].ID] = &p.Modules[i].Items[j]
		}
	}
	return items
}
