package screening

// Protocol is a versioned set of items for one setting and the roles that work
// there, in its published form: modules inlined, rules and figures beside them,
// so that an assessment can be repeated years later from this value alone.
type Protocol struct {
	ID       string   `json:"id"`
	Version  int      `json:"version"`
	Title    string   `json:"title"`
	Depth    string   `json:"depth"` // full or base
	Settings []string `json:"settings"`
	Roles    []string `json:"roles"`
	Budget   *Budget  `json:"budget,omitempty"`
	Modules  []Module `json:"modules"`
	Rules    Rules    `json:"rules"`
	Figures  []Figure `json:"figures,omitempty"`
}

// Budget is the most questions that a protocol may put to a person: what it
// promises to whoever has six minutes. Lengths are held against it.
type Budget struct {
	Negative   int `json:"negative"`   // to a safe negative
	Vulnerable int `json:"vulnerable"` // where only vulnerability is met
}

// Module is a group of items opened together. Without OpenIf it is always open.
type Module struct {
	ID     string     `json:"id"`
	Title  string     `json:"title"`
	OpenIf *Condition `json:"open_if,omitempty"`
	Items  []Item     `json:"items"`
}

// Kinds of item. Only a Question is put to the person and counted as asked of
// the person; consent and registration are counted apart.
const (
	Observation  = "observation"  // what the agent sees
	Question     = "question"     // put to the person
	Consent      = "consent"      // what the person agrees to
	Registration = "registration" // who the person is, never a name
	Statement    = "statement"    // read out or shown; its only answer is Shown
)

// Types of answer.
const (
	YesNo      = "yes_no"
	Choice     = "choice" // one code of Options or of the codebook list List
	Multi      = "multi"  // codes joined by commas, sorted, or No for none of them; never meets an indicator
	AgeType    = "age"    // whole years, or a code of the list age_groups
	NoneToGive = "none"   // a statement
)

// Answers that every yes_no item has, and the codes that say why an answer is
// missing (protocols/codebook/missing.csv). A missing code never counts as No.
const (
	Yes           = "yes"
	No            = "no"
	NoInformation = "no_information"
	NotApplicable = "not_applicable"
	Declined      = "declined"
	Unknown       = "unknown"
	Shown         = "shown" // the answer of a Statement
)

// Item is one question to the person, or one observation by the agent.
type Item struct {
	ID        string   `json:"id"`
	Kind      string   `json:"kind"`
	Scope     string   `json:"scope,omitempty"` // encounter: answered once for everyone there; else the person
	Type      string   `json:"type"`
	Options   []Option `json:"options,omitempty"`
	List      string   `json:"list,omitempty"`  // codebook list the answers come from
	Field     string   `json:"field,omitempty"` // where the answer goes in the record; see PersonFields
	Text      string   `json:"text"`
	ChildText string   `json:"child_text,omitempty"`
	// Words names the wording where it is not the shared one (a place's own);
	// the item's messages then have an id of their own.
	Words string     `json:"words,omitempty"`
	AskIf *Condition `json:"ask_if,omitempty"`
	Core  bool       `json:"core,omitempty"`  // a core item without an answer makes the result inconclusive
	Means bool       `json:"means,omitempty"` // not asked on the child path
	// Group: what several persons of an encounter may share (who brought them,
	// a debt, the housing) and the agent may note once for them.
	Group bool `json:"group,omitempty"`
	// Discreet: whoever controls the person may overhear it and learn nothing.
	Discreet bool              `json:"discreet,omitempty"`
	Meets    map[string]string `json:"meets,omitempty"` // answer -> the one indicator it meets
	EndsOn   []string          `json:"ends_on,omitempty"`
	Note     *Note             `json:"note,omitempty"`
	Law      []string          `json:"law,omitempty"`
	Source   string            `json:"source,omitempty"`
}

// MessageID starts the ids of the item's messages: item.<id>, or
// item.<id>~<words> where a place says it in words of its own.
func (it *Item) MessageID() string {
	if it.Words == "" {
		return "item." + it.ID
	}
	return "item." + it.ID + "~" + it.Words
}

// Option is one answer of a Choice or Multi item.
type Option struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Note is the concept note for author, translator and interpreter.
type Note struct {
	Asks      string `json:"asks"`
	Not       string `json:"not"`
	Avoid     string `json:"avoid,omitempty"`
	Threshold string `json:"threshold,omitempty"` // between an exploitation code and its labour-rights twin
	// Words is as Item.Words, where the place has a note of its own.
	Words string `json:"words,omitempty"`
}

// PersonFields are the Field values whose answer stands in Person and never in
// the answers. "groups." is followed by a code of the list groups. Any other
// Field (consent.talk, needs, ...) only says where the device copies the answer.
var PersonFields = []string{"age", "sex", "nationality", "state_of_origin", "groups."}

// Condition holds when every part that is present holds; an empty one always
// holds. It speaks only of what came earlier, so one forward pass decides it.
type Condition struct {
	All      []Condition `json:"all,omitempty"`
	Any      []Condition `json:"any,omitempty"`
	Not      *Condition  `json:"not,omitempty"`
	Item     string      `json:"item,omitempty"` // with Is: the answer to Item is one of these
	Is       []string    `json:"is,omitempty"`
	Count    *Count      `json:"count,omitempty"`
	Path     string      `json:"path,omitempty"` // child or adult
	Sex      []string    `json:"sex,omitempty"`
	Role     []string    `json:"role,omitempty"`
	Setting  []string    `json:"setting,omitempty"`
	Group    string      `json:"group,omitempty"`     // the person belongs to it: yes
	AgeBelow int         `json:"age_below,omitempty"` // known to be below, in whole years, by age or by band
	AgeKnown *bool       `json:"age_known,omitempty"`
	EndedIs  []string    `json:"ended_is,omitempty"`
	// CoreMissing holds when a core item that applies has no answer
	// (declined, unknown and no_information are none; not_applicable is one).
	CoreMissing *bool    `json:"core_missing,omitempty"`
	LevelIs     []string `json:"level_is,omitempty"` // only in actions, decided after the level
}

// Count holds when at least Min met indicators fit: of one of the Dimensions
// or Codes (both absent: any), of one of the Strengths (absent: any), not in Except.
type Count struct {
	Dimensions []string `json:"dimensions,omitempty"`
	Codes      []string `json:"codes,omitempty"`
	Strengths  []string `json:"strengths,omitempty"`
	Except     []string `json:"except,omitempty"`
	Min        int      `json:"min"`
}

// Rules are the data that turn met indicators into an assessment.
type Rules struct {
	// LawText names the version of the law's text that the offences follow.
	LawText          string `json:"law_text,omitempty"`
	LawSource        string `json:"law_source,omitempty"`
	ReviewedByLawyer bool   `json:"reviewed_by_lawyer"`

	Indicators []Indicator   `json:"indicators"` // in codebook order: every list of codes comes out in it
	ChildPath  Condition     `json:"child_path"`
	ChildWords Condition     `json:"child_words"` // when ChildText is shown
	Levels     []LevelRule   `json:"levels"`      // most severe first; the first that holds is the level
	Offences   []OffenceRule `json:"offences"`
	Actions    []ActionRule  `json:"actions"`
}

// Indicator is a code of the codebook with its dimension and strength.
type Indicator struct {
	Code      string `json:"code"`
	Dimension string `json:"dimension"`
	Strength  string `json:"strength"` // strong, medium, weak, danger, none
}

// LevelRule gives Level when When holds. Text says why, in plain Spanish.
type LevelRule struct {
	ID     string    `json:"id"`
	Level  string    `json:"level"`
	When   Condition `json:"when"`
	Text   string    `json:"text"`
	Source string    `json:"source"`
}

// OffenceRule suggests an offence and names its elements.
type OffenceRule struct {
	Code     string    `json:"code"` // codebook offence
	When     Condition `json:"when"`
	Verified bool      `json:"verified"` // the law's text was read; never: reviewed by a lawyer
	Elements []Element `json:"elements"`
}

// Element is one element of an offence and the indicators that support it.
// NotNeeded: when it holds the element need not be shown (means of a minor).
type Element struct {
	Code       string     `json:"code"`
	Text       string     `json:"text"`
	Indicators []string   `json:"indicators,omitempty"` // none: no screening answer can support it
	NotNeeded  *Condition `json:"not_needed,omitempty"`
}

// ActionRule is something the agent must do or tell, with to whom and by when.
type ActionRule struct {
	Code string    `json:"code"`
	When Condition `json:"when"`
	Text string    `json:"text"`
	To   string    `json:"to,omitempty"` // code of the directory's kinds of service
	By   string    `json:"by,omitempty"` // now, today, PT3H, PT24H, P3D ... (ISO 8601 duration), as the law says
	Law  []string  `json:"law,omitempty"`
	Kind string    `json:"kind"` // do, tell, never
}

// Figure is a dated number that texts show as {{.code}} (a wage, a limit of hours).
type Figure struct {
	Code   string        `json:"code"`
	Unit   string        `json:"unit"`
	Values []FigureValue `json:"values"` // oldest first
}

// FigureValue is what the figure is from Year on, with its source.
type FigureValue struct {
	Year     int    `json:"year"`
	Value    string `json:"value"`
	Source   string `json:"source"`
	Verified bool   `json:"verified"`
}
