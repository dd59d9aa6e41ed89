package review

// What a review can decide.
const (
	Confirm   = "confirm"
	Dismiss   = "dismiss"
	NeedsMore = "needs_more"
	Refer     = "refer"
	Raise     = "raise"
	Lower     = "lower"
	Close     = "close"
)

// Where a detection stands.
const (
	StatusNew       = "new"
	StatusInReview  = "in_review"
	StatusConfirmed = "confirmed"
	StatusDismissed = "dismissed"
	StatusNeedsMore = "needs_more"
	StatusReferred  = "referred"
	StatusClosed    = "closed"
)

// next is where each decision leads from each status; what is not here may not
// be decided there. A dismissed case can come back, for a first "no" is often
// fear; a closed one only by needs_more, so that the reopening is seen. A case
// that nobody decided cannot be closed. Raising and lowering a new one means
// that somebody looks at it. A referral stands until the case is dismissed.
var next = map[string]map[string]string{
	StatusNew: {
		Confirm: StatusConfirmed, Dismiss: StatusDismissed, NeedsMore: StatusNeedsMore,
		Refer: StatusReferred, Raise: StatusInReview, Lower: StatusInReview,
	},
	StatusInReview: {
		Confirm: StatusConfirmed, Dismiss: StatusDismissed, NeedsMore: StatusNeedsMore,
		Refer: StatusReferred, Raise: StatusInReview, Lower: StatusInReview,
	},
	StatusConfirmed: {
		Dismiss: StatusDismissed, NeedsMore: StatusNeedsMore, Refer: StatusReferred,
		Raise: StatusConfirmed, Lower: StatusConfirmed, Close: StatusClosed,
	},
	StatusDismissed: {
		Confirm: StatusConfirmed, NeedsMore: StatusNeedsMore, Refer: StatusReferred,
		Raise: StatusInReview, Close: StatusClosed,
	},
	StatusNeedsMore: {
		Confirm: StatusConfirmed, Dismiss: StatusDismissed, NeedsMore: StatusNeedsMore,
		Refer: StatusReferred, Raise: StatusNeedsMore, Lower: StatusNeedsMore, Close: StatusClosed,
	},
	StatusReferred: {
		Confirm: StatusReferred, Dismiss: StatusDismissed, NeedsMore: StatusNeedsMore,
		Refer: StatusReferred, Raise: StatusReferred, Lower: StatusReferred, Close: StatusClosed,
	},
	StatusClosed: {NeedsMore: StatusNeedsMore},
}

// After returns the status that decision leads to; false where it may not be
// taken in status.
func After(status, decision string) (string, bool) {
	s, ok := next[status][decision]
	return s, ok
}

// Statuses are all of them, in the order of a case's way.
func Statuses() []string {
	return []string{
		StatusNew, StatusInReview, StatusConfirmed, StatusDismissed, StatusNeedsMore, StatusReferred, StatusClosed,
	}
}

// Decisions are all of them, in the order in which the screen offers them.
func Decisions() []string {
	return []string{Confirm, Dismiss, NeedsMore, Refer, Raise, Lower, Close}
}

// needsReason are the decisions that lower what was found, or that say more
// than the answers do: without a coded reason nobody could check them later.
var needsReason = map[string]bool{Dismiss: true, Raise: true, Lower: true}
