package main

import (
	"strings"

	"umbral/protocols"
)

// authorityPosts are the posts of roles.csv that belong to an authority; none
// where it has none of its own, or is not known.
func authorityPosts(authority string) []string {
	row := protocols.Codebook().List(protocols.ListAuthorities).Row(authority)
	return strings.FieldsFunc(row["posts"], func(r rune) bool { return r == '|' })
}
