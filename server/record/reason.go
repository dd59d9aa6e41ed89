package record

// Reason says why a record is not as it must be, or what about it differs.
// Path is a JSON pointer (RFC 6901) into the plain text, empty for the whole.
// Code is stable: clients translate it. Detail never repeats an answer or any
// other value of the record, only limits and names of lists.
type Reason struct {
	Code   string `json:"code"`
	Path   string `json:"path"`
	Detail string `json:"detail,omitempty"`
}
