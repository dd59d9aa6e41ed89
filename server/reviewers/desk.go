package reviewers

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"umbral/server/access"
	"umbral/server/audit"
	"umbral/server/problem"
	"umbral/server/seal"
)

// Limits of what browsers send, in bytes.
const (
	maxWrapped = 4 << 10 // a PKCS #8 key and its parameters have 400
	maxSealed  = 4 << 10 // two PKCS #8 keys sealed have 600
	minSealed  = 65 + 16 // an encapsulated key and a tag
)

// purposeList is the codebook list of reasons to open an identity.
const purposeList = "identity_purposes"

// Desk is where reviewers' keys are kept. Its fields are set once, by main or a test.
type Desk struct {
	Store  Store
	People People
	Cases  Cases
	Codes  Codebook
	// Sign signs with the server's root: the id of the root and the signature.
	Sign func(statement string) (kid, signature string)
	// Changed is called when devices must learn of a new key of agency; nil: nobody must.
	Changed func(ctx context.Context, agency, kid string) error
	NewID   func() string    // UUIDv7
	Now     func() time.Time // server time
}

// View is all that somebody who works with reviewers' keys sees of an agency.
type View struct {
	Keys       []seal.ReviewersKey
	Me         *Own    // nil: no own key yet
	Shares     []Share // active, to the caller
	Holders    []Holder
	Candidates []Candidate
	Pending    []Share
}

// Holder is a reviewer who has an active share of a key.
type Holder struct{ User, Display, KID string }

// Candidate is a reviewer with an own key.
type Candidate struct{ User, Display, PublicKey string }

// Look returns the view of the caller's agency. Forbidden for who has neither right.
func (d *Desk) Look(ctx context.Context, who access.Caller) (v View, err error) {
	if _, _, err = access.Reach(who, access.ManageReviewers); err != nil {
		return v, err
	}
	people, err := d.People.People(ctx, who.Agency)
	if err != nil {
		return v, err
	}
	if v.Keys, err = d.Store.ReviewersKeys(ctx, who.Agency); err != nil {
		return v, err
	}
	shares, err := d.Store.Shares(ctx, who.Agency)
	if err != nil {
		return v, err
	}
	owns, err := d.Store.Owns(ctx, ids(people))
	if err != nil {
		return v, err
	}
	for _, o := range owns {
		if o.User == who.User {
			v.Me = &o
		}
		v.Candidates = append(v.Candidates, Candidate{o.User, displayOf(people, o.User), o.PublicKey})
	}
	v.sort(shares, people, who.User)
	return v, nil
}

// sort puts the shares where they belong. Those of who may open nothing any more
// count for nothing.
func (v *View) sort(shares []Share, people []Person, me string) {
	for _, sh := range shares {
		display := displayOf(people, sh.User)
		switch {
		case display == "":
		case sh.State == Pending:
			v.Pending = append(v.Pending, sh)
		case sh.State == Active:
			v.Holders = append(v.Holders, Holder{sh.User, display, sh.KID})
			if sh.User == me {
				v.Shares = append(v.Shares, sh)
			}
		}
	}
}

func ids(people []Person) []string {
	list := make([]string, len(people))
	for i, p := range people {
		list[i] = p.ID
	}
	return list
}

// displayOf is empty for who is not among people.
func displayOf(people []Person, id string) string {
	i := slices.IndexFunc(people, func(p Person) bool { return p.ID == id })
	if i < 0 {
		return ""
	}
	return people[i].Display
}

// PutOwn keeps the caller's own key. Invalid "reviewers-key-form". Another key
// ends the shares that were sealed to the one before: whoever forgot a passphrase
// is given the reviewers' key again by two colleagues.
func (d *Desk) PutOwn(ctx context.Context, who access.Caller, publicKey string, wrapped json.RawMessage) error {
	if _, _, err := access.Reach(who, access.OpenIdentity); err != nil {
		return err
	}
	if _, err := seal.DecodePublic(publicKey); err != nil {
		return errForm(err)
	}
	if err := checkWrapped(wrapped); err != nil {
		return err
	}
	return d.Store.PutOwn(ctx, Own{User: who.User, PublicKey: publicKey, Wrapped: wrapped, At: d.Now().UTC()})
}

func errForm(cause error) error {
	return problem.New(problem.Invalid, "reviewers-key-form").Because(cause)
}

// AddKey keeps a new reviewers' key of the caller's agency, made in the caller's
// browser, with the caller's own share of it: the first by any reviewer, each
// later one signed by the one before. Invalid "reviewers-key-form",
// "reviewers-key-signature"; Conflict "reviewers-own-missing",
// "reviewers-key-outdated".
func (d *Desk) AddKey(ctx context.Context, who access.Caller, k seal.ReviewersKey, share string) (seal.ReviewersKey, error) {
	if _, _, err := access.Reach(who, access.OpenIdentity); err != nil {
		return k, err
	}
	public, err := seal.DecodePublic(k.PublicKey)
	if err != nil {
		return k, errForm(err)
	}
	if _, err := seal.DecodePublic(k.VerifyKey); err != nil {
		return k, errForm(err)
	}
	if err := checkSealed(share); err != nil {
		return k, err
	}
	k.Agency, k.KID, k.Created, k.Current = who.Agency, seal.KID(public), d.Now().UTC(), true
	if err := d.follows(ctx, k); err != nil {
		return k, err
	}
	if err := d.hasOwn(ctx, who.User); err != nil {
		return k, err
	}
	k.RootKID, k.RootSignature = d.Sign(k.Statement())
	own := Share{ID: d.NewID(), Agency: who.Agency, KID: k.KID, User: who.User, Sealed: share, State: Active, By: who.User, At: k.Created}
	if err := d.Store.AddReviewersKey(ctx, who.User, k.Created, k, own); err != nil {
		return k, err
	}
	if d.Changed == nil {
		return k, nil
	}
	return k, d.Changed(ctx, who.Agency, k.KID)
}

// follows checks that k is the agency's first key or signed by its current one.
func (d *Desk) follows(ctx context.Context, k seal.ReviewersKey) error {
	keys, err := d.Store.ReviewersKeys(ctx, k.Agency)
	if err != nil {
		return err
	}
	if len(keys) == 0 && k.SignedBy == "" && k.Signature == "" {
		return nil
	}
	i := slices.IndexFunc(keys, func(o seal.ReviewersKey) bool { return o.Current && o.KID == k.SignedBy })
	switch {
	case i < 0:
		return problem.New(problem.Conflict, "reviewers-key-outdated")
	case !seal.Verify(keys[i].VerifyKey, k.Statement(), k.Signature):
		return problem.New(problem.Invalid, "reviewers-key-signature")
	}
	return nil
}

func (d *Desk) hasOwn(ctx context.Context, user string) error {
	owns, err := d.Store.Owns(ctx, []string{user})
	if err == nil && len(owns) == 0 {
		err = problem.New(problem.Conflict, "reviewers-own-missing")
	}
	return err
}

// checkSealed checks the form of what was sealed to an own key.
func checkSealed(text string) error {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < minSealed || len(b) > maxSealed || b[0] != 4 {
		return errForm(err)
	}
	return nil
}

// Open gives the sealed identity of a detection to a reviewer who says why, after
// the purpose stands in the audit. Invalid "identity-purpose".
func (d *Desk) Open(ctx context.Context, who access.Caller, id, purpose string) (json.RawMessage, error) {
	if !d.Codes.Has(purposeList, purpose) {
		return nil, problem.New(problem.Invalid, "identity-purpose", "list", purposeList)
	}
	sealed, err := d.Cases.SealedIdentity(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return sealed, d.Store.Enter(ctx, audit.Act{At: d.Now().UTC(), Who: who.User, What: "identity_opened", ID: id, Detail: purpose})
}

// KnownKey says whether kid is a key of agency, current or not.
func (d *Desk) KnownKey(ctx context.Context, agency, kid string) (bool, error) {
	keys, err := d.Store.ReviewersKeys(ctx, agency)
	return slices.ContainsFunc(keys, func(k seal.ReviewersKey) bool { return k.KID == kid }), err
}
