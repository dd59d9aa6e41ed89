package protocols

import "umbral/screening"

// Messages returns the Spanish of a protocol by message id: the source that
// every other language translates. Codebook labels are no part of it.
//
//	protocol.<id>  module.<id>  item.<id>  item.<id>.child  .asks  .not  .avoid
//	.threshold  option.<item>.<code>  action.<code>  rule.<level rule>
//	element.<offence>.<code>
//
// An item said in the words of a place is item.<id>~<words>, and so is its note
// where that is the place's own.
func Messages(p *screening.Protocol) map[string]string {
	m := map[string]string{}
	eachMessage(p, func(id, text string) { m[id] = text })
	return m
}

// MessageIDs are the ids of Messages in the order in which the protocol has them:
// who translates reads the questions as they are put.
func MessageIDs(p *screening.Protocol) (ids []string) {
	seen := map[string]bool{}
	eachMessage(p, func(id, _ string) {
		if !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	})
	return ids
}

func eachMessage(p *screening.Protocol, do func(id, text string)) {
	put := func(id, text string) {
		if text != "" {
			do(id, text)
		}
	}
	put("protocol."+p.ID, p.Title)
	for _, mod := range p.Modules {
		put("module."+mod.ID, mod.Title)
		for i := range mod.Items {
			itemMessages(&mod.Items[i], put)
		}
	}
	for _, l := range p.Rules.Levels {
		put("rule."+l.ID, l.Text)
	}
	for _, o := range p.Rules.Offences {
		for _, e := range o.Elements {
			put("element."+o.Code+"."+e.Code, e.Text)
		}
	}
	for _, a := range p.Rules.Actions {
		put("action."+a.Code, a.Text)
	}
}

func itemMessages(it *screening.Item, put func(id, text string)) {
	id := it.MessageID()
	put(id, it.Text)
	put(id+".child", it.ChildText)
	for _, o := range it.Options {
		put("option."+it.ID+"."+o.Code, o.Text)
	}
	if n := it.Note; n != nil {
		id := (&screening.Item{ID: it.ID, Words: n.Words}).MessageID()
		put(id+".asks", n.Asks)
		put(id+".not", n.Not)
		put(id+".avoid", n.Avoid)
		put(id+".threshold", n.Threshold)
	}
}
