package xlsform

import (
	"strings"

	"umbral/screening"
)

// report says what the form does not carry, one line each.
func (b *builder) report() {
	p := b.Protocol
	b.sentence("rules", "levels", "xls.report.levels", "n", len(p.Rules.Levels))
	b.sentence("rules", "offences", "xls.report.offences", "n", len(p.Rules.Offences))
	b.sentence("rules", "actions", "xls.report.actions", "n", len(p.Rules.Actions))
	b.sentence("rules", "danger", "xls.report.danger")
	b.sentence("rules", "trace", "xls.report.trace")
	b.sentence("person", "child_path", "xls.report.child_path")
	b.sentence("person", "child_words", "xls.report.child_words", "n", len(b.itemsThat(func(it *screening.Item) bool { return it.ChildText != "" })))
	b.sentence("person", "identity", "xls.report.identity")
	b.items("visit", "scope", "xls.report.scope", func(it *screening.Item) bool { return it.Scope == screening.ScopeEncounter })
	b.items("visit", "group", "xls.report.group", func(it *screening.Item) bool { return it.Group })
	b.items("items", "discreet", "xls.report.discreet", func(it *screening.Item) bool { return it.Discreet })
	b.items("items", "law", "xls.report.law", func(it *screening.Item) bool { return len(it.Law) > 0 || it.Source != "" })
	b.items("texts", "english", "xls.report.english", func(it *screening.Item) bool {
		return b.text(it.MessageID(), it.Text)[1] == ""
	})
	b.sentence("texts", "status", "xls.report.status")
	b.sentence("texts", "audio", "xls.report.audio")
	b.sentence("answers", "going_back", "xls.report.going_back")
	if len(b.xpath.later) > 0 {
		b.sentence("conditions", strings.Join(b.xpath.later, " "), "xls.report.later", "n", len(b.xpath.later))
	}
	b.sentence("form", "validator", "xls.report.validator")
}

// items reports the items that something is true of, where there are any.
func (b *builder) items(part, id, phraseID string, is func(*screening.Item) bool) {
	if ids := b.itemsThat(is); len(ids) > 0 {
		b.sentence(part, id, phraseID, "n", len(ids), "items", strings.Join(ids, ", "))
	}
}

func (b *builder) itemsThat(is func(*screening.Item) bool) (ids []string) {
	for i := range b.Protocol.Modules {
		for j := range b.Protocol.Modules[i].Items {
			if it := &b.Protocol.Modules[i].Items[j]; is(it) {
				ids = append(ids, it.ID)
			}
		}
	}
	return ids
}
