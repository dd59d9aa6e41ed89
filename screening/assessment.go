package screening

// Answer is what was given to one item. From is "encounter" where it holds for
// everyone there and was not asked of this person again.
type Answer struct {
	Item  string `json:"item"`
	Value string `json:"value"`
	From  string `json:"from,omitempty"`
}

// Person is what is known of the person. A field is empty until it was
// registered; then it holds a code or a missing code.
type Person struct {
	Age           *int              `json:"age,omitempty"`       // whole years, where known
	AgeGroup      string            `json:"age_group,omitempty"` // band of age_groups.csv, or a missing code
	Sex           string            `json:"sex,omitempty"`
	Nationality   string            `json:"nationality,omitempty"`
	StateOfOrigin string            `json:"state_of_origin,omitempty"`
	Groups        map[string]string `json:"groups,omitempty"` // code -> yes, no or a missing code
}

// Input is everything the engine looks at.
type Input struct {
	Role    string   `json:"role"`
	Setting string   `json:"setting"`
	Person  Person   `json:"person"`
	Answers []Answer `json:"answers"` // a later answer to the same item replaces the earlier
	Ended   string   `json:"ended"`   // completed, stopped_by_person, ...; empty while going on
}

// Assessment is what the answers say. It is a screening, never a legal
// qualification. Lists of codes are in codebook order and never nil.
type Assessment struct {
	Level      string    `json:"level"`
	Path       string    `json:"path"` // adult or child
	Danger     []string  `json:"danger"`
	Indicators []string  `json:"indicators"` // every code met, danger and context included
	Offences   []Offence `json:"offences"`
	Actions    []string  `json:"actions"` // in the order of the rules
	Trace      []Reason  `json:"trace"`
}

// Offence is a suggested offence: which elements the answers support.
type Offence struct {
	Code     string         `json:"code"`
	Verified bool           `json:"verified"`
	Elements []ElementState `json:"elements"`
}

// ElementState says what the answers tell of one element: supported (Items
// name the answers), not_found (asked, not met), not_asked, not_needed, or
// beyond (no screening answer can support it).
type ElementState struct {
	Code  string   `json:"code"`
	State string   `json:"state"`
	Items []string `json:"items"`
}

// Reason explains one line of the assessment.
type Reason struct {
	Kind       string   `json:"kind"` // path, indicator, danger, level, offence, action
	Code       string   `json:"code"`
	Rule       string   `json:"rule,omitempty"`
	Items      []string `json:"items"`      // the answers that led to it
	Indicators []string `json:"indicators"` // the met indicators that led to it
}
