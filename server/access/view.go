package access

import "slices"

// View is which things somebody may see: the policy's row and the caller in a
// form that a list, a count and a single record are held against alike.
type View struct {
	Agency string `json:"agency,omitempty"` // empty: every agency
	Owner  string `json:"owner,omitempty"`  // empty: of anybody
	// ByPost and ByRecord say which of the limits below hold.
	ByPost    bool     `json:"by_post,omitempty"`
	ByRecord  bool     `json:"by_record,omitempty"`
	Posts     []string `json:"posts,omitempty"`
	Regions   []string `json:"regions,omitempty"`
	Authority string   `json:"authority,omitempty"`
	Children  bool     `json:"children,omitempty"`
	Sensitive bool     `json:"sensitive,omitempty"`

	none bool // nothing at all
}

func (r rule) view(who Caller) View {
	v := View{Authority: who.Authority, ByPost: r.limits != limitNone, ByRecord: r.limits == limitRecord,
		Posts: who.Posts, Regions: who.Regions,
		Children: slices.Contains(who.Tasks, Children), Sensitive: slices.Contains(who.Tasks, Sensitive)}
	switch {
	case r.scope == all:
	case r.scope == ownAgency && who.Agency != "":
		v.Agency = who.Agency
	case r.scope == own:
		v.Agency, v.Owner = who.Agency, who.User
	default:
		v.none = true
	}
	return v
}

// Keeps says whether on may be seen: the one place where a record and a reader
// are held against each other.
func (v View) Keeps(on Scope) bool {
	switch {
	case v.none,
		v.Owner != "" && v.Owner != on.Owner,
		v.Owner == "" && v.Agency != "" && v.Agency != on.Agency,
		v.ByPost && !covers(v.Posts, on.Post):
		return false
	case !v.ByRecord:
		return true
	}
	return covers(v.Regions, on.Region) &&
		(v.Children || !on.Child) &&
		v.mayKnowOf(on)
}

// mayKnowOf keeps a record from the authority that takes part in what it tells,
// whoever there asks. Where it is not known which one, or the reader's own
// authority is not known, only who was named for it may read.
func (v View) mayKnowOf(on Scope) bool {
	switch {
	case !on.Sensitive && len(on.Concerned) == 0:
		return true
	case v.Authority != "" && slices.Contains(on.Concerned, v.Authority):
		return false
	case on.Sensitive || v.Authority == "":
		return v.Sensitive
	}
	return true
}

// NoNarrower says that v leaves nothing of an agency out but records that are a
// child's, sensitive or concern an authority.
func (v View) NoNarrower() bool {
	return !v.none && v.Owner == "" &&
		(!v.ByPost || slices.Contains(v.Posts, Any)) && (!v.ByRecord || slices.Contains(v.Regions, Any))
}

// Whole says that v leaves nothing of an agency, or of all of them, out. Nobody
// whose authority is known sees what it takes part in, so that only figures for
// who is named for everything and belongs to no authority are whole.
func (v View) Whole() bool {
	return v.NoNarrower() && (!v.ByRecord || v.Children && v.Sensitive && v.Authority == "")
}

// covers says whether code is among have; a code that is not known is only
// covered by all.
func covers(have []string, code string) bool {
	return slices.Contains(have, Any) || code != "" && slices.Contains(have, code)
}
