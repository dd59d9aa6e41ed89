package record

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"umbral/screening"
)

// Codebook says whether code stands in the list of protocols/codebook.
type Codebook interface {
	Has(list, code string) bool
}

// Library gives published protocols: the value, and the SHA-256 (lower case
// hex) of the bytes it was published as. False where there is none such.
type Library interface {
	Published(id string, version int) (p *screening.Protocol, sha256 string, ok bool)
}

// Limits of single values. Records hold codes: what is longer is free text,
// and that belongs into the sealed identity.
const (
	maxCode    = 64      // bytes of a code or an account id
	maxVariant = 100     // characters: INALI's longest name of a variant has 60
	maxCount   = 100_000 // persons in one encounter: no place holds more
	maxShown   = 2_000   // texts shown: 500 items, some of them again
)

// addendumLists are where the codes of an addendum may come from.
var addendumLists = []string{"indicators", "review_reasons", "raise_reasons", "needs", "offences"}

var (
	languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)
	statusWord  = regexp.MustCompile(`^[a-z_]{1,32}$`)
	hexHash     = regexp.MustCompile(`^[0-9a-f]{16,64}$`) // of a shown text; a device may cut it
)

// Validate reports everything in r that the codebook, the pinned protocol or
// the rules of the record do not allow; none: the list is empty. Clocks are
// not judged here: a wrong clock loses nothing.
func (r Record) Validate(lib Library, codes Codebook) []Reason {
	v := &validation{lib: lib, codes: codes}
	v.head(r.Head())
	switch {
	case r.Detection != nil:
		v.detection(r.Detection)
	case r.Encounter != nil:
		v.encounter(r.Encounter)
	case r.Addendum != nil:
		v.addendum(r.Addendum)
	}
	return v.reasons
}

type validation struct {
	lib     Library
	codes   Codebook
	reasons []Reason
}

func (v *validation) report(code, path, detail string) {
	if len(v.reasons) < maxReasons {
		v.reasons = append(v.reasons, Reason{code, cutPath(path), detail})
	}
}

func (v *validation) head(h Head) {
	if !IsUUIDv7(h.ID) {
		v.report("bad_uuid", "/id", "a UUID of version 7, lower case")
	}
	if h.Author == nil {
		v.report("missing_value", "/author", "")
	} else {
		v.name("/author/user", h.Author.User)
		v.name("/author/agency", h.Author.Agency)
		v.code("/author/role", "roles", h.Author.Role)
	}
	if h.Device == nil {
		v.report("missing_value", "/device", "")
	} else {
		v.name("/device", *h.Device)
	}
}

// name checks an id that the enrolment gave.
func (v *validation) name(path, s string) {
	switch {
	case s == "":
		v.report("missing_value", path, "")
	case len(s) > maxCode:
		v.report("text_too_long", path, fmt.Sprintf("at most %d bytes", maxCode))
	}
}

// code checks that s is a code of list.
func (v *validation) code(path, list, s string) {
	switch {
	case s == "":
		v.report("missing_value", path, "list "+list)
	case len(s) > maxCode:
		v.report("text_too_long", path, fmt.Sprintf("at most %d bytes", maxCode))
	case !v.codes.Has(list, s):
		v.report("unknown_code", path, "list "+list)
	}
}

// codeOrMissing checks that s is a code of list or says why there is none.
func (v *validation) codeOrMissing(path, list, s string) {
	if !screening.IsMissing(s) {
		v.code(path, list, s)
	}
}

func (v *validation) codeList(path, list string, codes []string) {
	for i, c := range codes {
		v.code(path+"/"+strconv.Itoa(i), list, c)
	}
}

// yesNo checks a value that is yes, no or a missing code.
func (v *validation) yesNo(path, s string) {
	if s != screening.Yes && s != screening.No && !screening.IsMissing(s) {
		v.report("value_not_allowed", path, "yes, no or a missing code")
	}
}

func (v *validation) uuid(path, s string) {
	if !IsUUID(s) {
		v.report("bad_uuid", path, "a UUID, lower case")
	}
}

func (v *validation) optionalUUID(path string, s *string) {
	if s != nil {
		v.uuid(path, *s)
	}
}

func (v *validation) detection(d *Detection) {
	v.code("/mode", "modes", d.Mode)
	v.code("/ended", "ended", d.Ended)
	v.code("/setting", "settings", d.Setting)
	v.place(d.Place)
	v.optionalUUID("/encounter", d.Encounter)
	v.optionalUUID("/supersedes", d.Supersedes)
	for i, id := range d.Linked {
		v.uuid("/linked/"+strconv.Itoa(i), id)
	}
	v.languages(d)
	v.codeOrMissing("/interpreter", "interpreters", d.Interpreter)
	v.code("/subject/kind", "subject_kinds", d.Subject.Kind)
	p := v.protocol(d.Protocol)
	v.minimum(d.Subject.Person, p)
	v.answers(d, p)
	v.shown(d.Shown, p)
	v.assessment(d.Assessment, p)
	v.codeList("/needs", "needs", d.Needs)
	v.codeList("/referrals", "services", d.Referrals)
	for _, key := range slices.Sorted(maps.Keys(d.Consent)) {
		path := "/consent/" + pointerPart(key)
		v.code(path, "consents", key)
		v.yesNo(path, d.Consent[key])
	}
	v.others(d.Others)
	v.identity(d)
}

func (v *validation) place(p Place) {
	v.codeOrMissing("/place/state", "states", p.State)
	if p.Municipality == "" || screening.IsMissing(p.Municipality) {
		return
	}
	v.code("/place/municipality", "municipalities", p.Municipality)
	if !strings.HasPrefix(p.Municipality, p.State) {
		v.report("municipality_not_in_state", "/place/municipality", "its first two digits are the state's")
	}
}

func (v *validation) languages(d *Detection) {
	for _, f := range []struct{ path, tag string }{{"/person_language", d.PersonLanguage}, {"/agent_language", d.AgentLanguage}} {
		if !screening.IsMissing(f.tag) && (len(f.tag) > maxCode || !languageTag.MatchString(f.tag)) {
			v.report("bad_language", f.path, "a language tag, or a missing code")
		}
	}
	if utf8.RuneCountInString(d.PersonVariant) > maxVariant {
		v.report("text_too_long", "/person_variant", fmt.Sprintf("at most %d characters", maxVariant))
	}
}

// protocol returns the exact protocol that ref pins, or nil with a reason.
func (v *validation) protocol(ref ProtocolRef) *screening.Protocol {
	p, sum, ok := v.lib.Published(ref.ID, ref.Version)
	switch {
	case !ok:
		v.report("unknown_protocol", "/protocol", "this server has not published this version")
	case sum != ref.SHA256:
		v.report("protocol_altered", "/protocol/sha256", "the device held another text under this version")
	default:
		return p
	}
	return nil
}

// minimum checks that each variable which every authority must register has a
// value or says why not. The values are the engine's to check.
func (v *validation) minimum(p screening.Person, proto *screening.Protocol) {
	if p.Age == nil && p.AgeGroup == "" {
		v.report("missing_value", "/subject/age_group", "age or age_group, or a missing code")
	}
	for _, f := range []struct{ name, value string }{
		{"sex", p.Sex}, {"nationality", p.Nationality}, {"state_of_origin", p.StateOfOrigin},
	} {
		if f.value == "" {
			v.report("missing_value", "/subject/"+f.name, "a code or a missing code")
		}
	}
	for _, code := range groupsOf(proto) {
		if p.Groups[code] == "" {
			v.report("missing_value", "/subject/groups/"+code, "yes, no or a missing code")
		}
	}
}

const groupField = "groups." // what Item.Field starts with where the answer is a group

// groupsOf lists the groups that the protocol registers.
func groupsOf(p *screening.Protocol) []string {
	if p == nil {
		return nil
	}
	var codes []string
	for _, m := range p.Modules {
		for _, it := range m.Items {
			if code, ok := strings.CutPrefix(it.Field, groupField); ok && !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// answers lets the engine check the answers and the person's codes.
func (v *validation) answers(d *Detection, p *screening.Protocol) {
	v.origins("/answers", d.Answers, p)
	if p == nil {
		p = &screening.Protocol{} // the person's codes can be checked all the same
	}
	known := len(p.Modules) > 0
	for _, problem := range screening.Validate(p, d.Input(), v.codes.Has) {
		path := problem.Where
		if rest, ok := strings.CutPrefix(path, "/person/"); ok {
			path = "/subject/" + rest
		} else if !known {
			continue
		}
		v.report(problem.Why, path, "")
	}
}

// origins checks where answers say that they come from: only what holds for
// everyone there, or what the protocol lets a group say, was not this person's.
func (v *validation) origins(path string, answers []Answer, p *screening.Protocol) {
	for i, a := range answers {
		switch at := path + "/" + strconv.Itoa(i) + "/from"; {
		case a.From == "":
		case a.From != fromEncounter:
			v.report("value_not_allowed", at, "encounter, or absent")
		case p != nil && ofOnePerson(p, a.Item):
			v.report("value_not_allowed", at, "this is asked of each person")
		}
	}
}

// ofOnePerson says whether p has the item and nobody else can answer it.
func ofOnePerson(p *screening.Protocol, id string) bool {
	for _, m := range p.Modules {
		for i := range m.Items {
			if it := &m.Items[i]; it.ID == id {
				return it.Scope != screening.ScopeEncounter && !it.Group
			}
		}
	}
	return false
}

const fromEncounter = "encounter"

// Input is what the engine looks at when the record is evaluated again.
func (d *Detection) Input() screening.Input {
	return screening.Input{
		Role:    d.role(),
		Setting: d.Setting,
		Person:  d.Subject.Person,
		Answers: plainAnswers(d.Answers),
		Ended:   d.Ended,
	}
}

func (d *Detection) role() string {
	if d.Author == nil {
		return ""
	}
	return d.Author.Role
}

func plainAnswers(answers []Answer) []screening.Answer {
	out := make([]screening.Answer, len(answers))
	for i, a := range answers {
		out[i] = a.Answer
	}
	return out
}

func (v *validation) shown(shown []ShownText, p *screening.Protocol) {
	if len(shown) > maxShown {
		v.report("too_many", "/shown", fmt.Sprintf("at most %d", maxShown))
		return
	}
	items := itemIDs(p)
	for i, s := range shown {
		path := "/shown/" + strconv.Itoa(i)
		if p != nil && !items[s.Item] {
			v.report(screening.UnknownItem, path+"/item", "")
		}
		if len(s.Locale) > maxCode || !languageTag.MatchString(s.Locale) {
			v.report("bad_language", path+"/locale", "a language tag")
		}
		if !statusWord.MatchString(s.Status) {
			v.report("value_not_allowed", path+"/status", "the status of a text")
		}
		if !hexHash.MatchString(s.TextHash) {
			v.report("bad_hash", path+"/text_hash", "16 to 64 lower case hex digits")
		}
		if s.AudioSHA256 != "" && (len(s.AudioSHA256) != sha256.Size*2 || !hexHash.MatchString(s.AudioSHA256)) {
			v.report("bad_hash", path+"/audio_sha256", "64 lower case hex digits, or absent")
		}
		if s.SaidBack != "" && s.SaidBack != screening.Yes {
			v.report("value_not_allowed", path+"/said_back", "yes, or absent")
		}
	}
}

func itemIDs(p *screening.Protocol) map[string]bool {
	ids := map[string]bool{}
	if p == nil {
		return ids
	}
	for _, m := range p.Modules {
		for _, it := range m.Items {
			ids[it.ID] = true
		}
	}
	return ids
}

func (v *validation) assessment(a Assessed, p *screening.Protocol) {
	const path = "/assessment/computed"
	v.code(path+"/level", "levels", a.Computed.Level)
	v.codeList(path+"/danger", "indicators", a.Computed.Danger)
	v.codeList(path+"/indicators", "indicators", a.Computed.Indicators)
	v.codeList(path+"/offences", "offences", a.Computed.Offences)
	for i, c := range a.Computed.Actions {
		known := p == nil || slices.ContainsFunc(p.Rules.Actions, func(r screening.ActionRule) bool { return r.Code == c })
		if !known || len(c) > maxCode {
			v.report("unknown_code", path+"/actions/"+strconv.Itoa(i), "actions of the protocol")
		}
	}
	if a.Raised == nil {
		return
	}
	v.code("/assessment/raised/level", "levels", a.Raised.Level)
	v.code("/assessment/raised/reason", "raise_reasons", a.Raised.Reason)
	if p != nil && Higher(p, a.Computed.Level, a.Raised.Level) == a.Computed.Level && a.Raised.Level != a.Computed.Level {
		v.report("level_lowered", "/assessment/raised/level", "an agent raises; lowering is a supervisor's")
	}
}

// Higher returns the more severe of two levels, in the protocol's own order; a
// level that the protocol does not know is less than any it knows.
func Higher(p *screening.Protocol, a, b string) string {
	for _, rule := range p.Rules.Levels { // most severe first
		if rule.Level == a {
			return a
		}
		if rule.Level == b {
			return b
		}
	}
	return a
}

func (v *validation) others(others []Other) {
	for i, o := range others {
		path := "/others/" + strconv.Itoa(i)
		v.codeOrMissing(path+"/relation", "relations", o.Relation)
		v.codeOrMissing(path+"/age_group", "age_groups", o.AgeGroup)
		v.codeOrMissing(path+"/sex", "sexes", o.Sex)
		v.codeList(path+"/needs", "needs", o.Needs)
	}
}

// identity checks only that it is an envelope of this record, never opens it.
func (v *validation) identity(d *Detection) {
	if len(d.Identity) == 0 || string(d.Identity) == "null" {
		return
	}
	var e Envelope
	if err := e.UnmarshalJSON(d.Identity); err != nil {
		v.report("not_an_envelope", "/identity", "an envelope to the reviewers, or null")
		return
	}
	if code := e.Check(); code != "" {
		v.report(code, "/identity", "")
	} else if len(e.CT) != IdentityCT {
		v.report("bad_ct", "/identity/ct", fmt.Sprintf("%d bytes: every identity has one length", IdentityCT))
	}
	if e.ID != d.ID {
		v.report("id_mismatch", "/identity/id", "the id of its record")
	}
}

func (v *validation) encounter(e *Encounter) {
	v.uuid("/encounter", e.Encounter)
	v.optionalUUID("/supersedes", e.Supersedes)
	v.code("/mode", "modes", e.Mode)
	v.code("/setting", "settings", e.Setting)
	v.place(e.Place)
	v.counts(e.Counts)
	p := v.protocol(e.Protocol)
	v.origins("/observations", e.Observations, p)
	if p != nil {
		in := screening.Input{Setting: e.Setting, Answers: plainAnswers(e.Observations)}
		for _, problem := range screening.Validate(p, in, v.codes.Has) {
			v.report(problem.Why, strings.Replace(problem.Where, "/answers", "/observations", 1), "")
		}
	}
}

func (v *validation) counts(c Counts) {
	possible := true // each alone
	for _, c := range []struct {
		name string
		n    int
	}{{"seen", c.Seen}, {"screened", c.Screened}, {"refused", c.Refused}, {"not_reached", c.NotReached}} {
		switch {
		case c.n < 0:
			v.report("negative_count", "/counts/"+c.name, "")
		case c.n > maxCount:
			v.report("count_too_large", "/counts/"+c.name, fmt.Sprintf("at most %d", maxCount))
		default:
			continue
		}
		possible = false
	}
	// Who was screened, refused or was not reached was seen; some who were seen
	// may be none of these.
	if possible && c.Screened+c.Refused+c.NotReached > c.Seen {
		v.report("counts_contradict", "/counts", "screened + refused + not_reached: at most seen")
	}
}

// about: an id, or a folio as Folio writes it; where both stand they are of one record.
func (v *validation) about(a *Addendum) {
	v.optionalUUID("/about", a.About)
	if a.AboutFolio == nil {
		if a.About == nil {
			v.report("missing_value", "/about", "an id, or about_folio")
		}
		return
	}
	folio, ok := ParseFolio(*a.AboutFolio)
	if !ok || folio != *a.AboutFolio || a.About != nil && Folio(*a.About) != folio {
		v.report("bad_folio", "/about_folio", "XXXX-XXXX-C of the record it speaks of")
	}
}

// addendum speaks of a record that may come later: nothing here needs it.
func (v *validation) addendum(a *Addendum) {
	v.about(a)
	v.code("/what", "addendum_kinds", a.What)
	for i, c := range a.Codes {
		if !slices.ContainsFunc(addendumLists, func(list string) bool { return v.codes.Has(list, c) }) {
			v.report("unknown_code", "/codes/"+strconv.Itoa(i), "lists "+strings.Join(addendumLists, ", "))
		}
	}
	v.origins("/answers", a.Answers, nil)
	for i, ans := range a.Answers {
		path := "/answers/" + strconv.Itoa(i)
		if ans.Item == "" || len(ans.Item) > maxCode {
			v.report(screening.UnknownItem, path+"/item", "")
		}
		if len(ans.Value) > maxAnswer {
			v.report("text_too_long", path+"/value", fmt.Sprintf("at most %d bytes", maxAnswer))
		}
	}
}

const maxAnswer = 512 // bytes of an answer: a Multi of ten codes; no room for a story

// pointerPart escapes s as one part of a JSON pointer (RFC 6901).
func pointerPart(s string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(s)
}
