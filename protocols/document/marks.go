package document

import (
	"reflect"
	"slices"
	"strconv"

	"umbral/screening"
)

// marks are what a form puts beside answers that some gate counts: on paper
// nobody adds up dimensions, and whoever looks over a shoulder must not read them.
type marks struct {
	counts     []*screening.Count // the mark of counts[i] is i+1
	indicators []screening.Indicator
}

// newMarks finds the counts that the gates of p ask for.
func newMarks(p *screening.Protocol) *marks {
	m := &marks{indicators: p.Rules.Indicators}
	for i := range p.Modules {
		m.gather(p.Modules[i].OpenIf)
		for j := range p.Modules[i].Items {
			m.gather(p.Modules[i].Items[j].AskIf)
		}
	}
	return m
}

func (m *marks) gather(c *screening.Condition) {
	if c == nil {
		return
	}
	if c.Count != nil && m.number(c.Count) == 0 {
		m.counts = append(m.counts, c.Count)
	}
	for i := range c.All {
		m.gather(&c.All[i])
	}
	for i := range c.Any {
		m.gather(&c.Any[i])
	}
	m.gather(c.Not)
}

// number is the mark of a count, 0 where it has none. Counts that differ only in
// how many they need share one.
func (m *marks) number(n *screening.Count) int {
	for i, have := range m.counts {
		a, b := *have, *n
		a.Min, b.Min = 0, 0
		if reflect.DeepEqual(a, b) {
			return i + 1
		}
	}
	return 0
}

// of lists the marks of an answer that meets code.
func (m *marks) of(code string) (all string) {
	at := slices.IndexFunc(m.indicators, func(i screening.Indicator) bool { return i.Code == code })
	if code == "" || at < 0 {
		return ""
	}
	if m.indicators[at].Dimension == "danger" {
		all = dangerSign
	}
	for i, n := range m.counts {
		if n.Counts(m.indicators[at]) {
			all += sign(i + 1)
		}
	}
	return all
}

// dangerSign stands beside answers that are a danger: first see to safety.
const dangerSign = "▲"

func sign(n int) string { return "◆" + strconv.Itoa(n) }
