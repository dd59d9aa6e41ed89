package main

import (
	"slices"
	"strings"

	"umbral/protocols"
)

// authorityPosts are the posts of roles.csv that belong to an authority; none
// where it has none of its own, or is not known.
func authorityPosts(authority string) []string {
	return listed(protocols.Codebook().List(protocols.ListAuthorities).Row(authority)["posts"])
}

// authorityOf is the authority that a kind of service belongs to; empty: none.
// The prosecution has none: the law obliges a public servant to tell it (CNPP 222),
// and its specialised units are whom a case of its own people is told to.
func authorityOf(kind string) string {
	list := protocols.Codebook().List(protocols.ListAuthorities)
	for _, authority := range list.Codes() {
		if slices.Contains(listed(list.Row(authority)["services"]), kind) {
			return authority
		}
	}
	return ""
}

// listed are the codes of a field that takes several.
func listed(field string) []string {
	return strings.FieldsFunc(field, func(r rune) bool { return r == '|' })
}
