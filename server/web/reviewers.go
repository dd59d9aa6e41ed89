package web

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/server/reviewers"
	"umbral/server/seal"
)

type ownAnswer struct {
	PublicKey string          `json:"public_key"`
	Wrapped   json.RawMessage `json:"wrapped"`
}

type shareAnswer struct {
	KID    string `json:"kid"`
	Sealed string `json:"sealed"`
}

type holderAnswer struct {
	User    string `json:"user"`
	Display string `json:"display"`
	KID     string `json:"kid"`
}

type candidateAnswer struct {
	User      string `json:"user"`
	Display   string `json:"display"`
	PublicKey string `json:"public_key"`
}

type pendingAnswer struct {
	ID   string    `json:"id"`
	KID  string    `json:"kid"`
	User string    `json:"user"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

type reviewersAnswer struct {
	Keys       []seal.ReviewersKey `json:"keys"`
	Me         *ownAnswer          `json:"me"` // null: no own key yet
	Shares     []shareAnswer       `json:"shares"`
	Holders    []holderAnswer      `json:"holders"`
	Candidates []candidateAnswer   `json:"candidates"`
	Pending    []pendingAnswer     `json:"pending"`
}

func pendingOf(s reviewers.Share) pendingAnswer {
	return pendingAnswer{s.ID, s.KID, s.User, s.By, s.At}
}

func (a *API) reviewers(c *fiber.Ctx) error {
	v, err := a.Reviewers.Look(c.UserContext(), callerOf(c))
	if err != nil {
		return err
	}
	out := reviewersAnswer{
		Keys:       some(v.Keys),
		Shares:     listOf(v.Shares, func(s reviewers.Share) shareAnswer { return shareAnswer{s.KID, s.Sealed} }).Items,
		Holders:    listOf(v.Holders, func(h reviewers.Holder) holderAnswer { return holderAnswer(h) }).Items,
		Candidates: listOf(v.Candidates, func(k reviewers.Candidate) candidateAnswer { return candidateAnswer(k) }).Items,
		Pending:    listOf(v.Pending, pendingOf).Items,
	}
	if v.Me != nil {
		out.Me = &ownAnswer{v.Me.PublicKey, v.Me.Wrapped}
	}
	return writeJSON(c, http.StatusOK, out)
}

func (a *API) putOwnKey(c *fiber.Ctx) error {
	var body ownAnswer
	if err := readJSON(c, &body); err != nil {
		return err
	}
	return noContent(c, a.Reviewers.PutOwn(c.UserContext(), callerOf(c), body.PublicKey, body.Wrapped))
}

type reviewersKeyBody struct {
	PublicKey string `json:"public_key"`
	VerifyKey string `json:"verify_key"`
	Share     string `json:"share"`
	SignedBy  string `json:"signed_by"`
	Signature string `json:"signature"`
}

func (a *API) addReviewersKey(c *fiber.Ctx) error {
	var body reviewersKeyBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	k := seal.ReviewersKey{PublicKey: body.PublicKey, VerifyKey: body.VerifyKey, SignedBy: body.SignedBy, Signature: body.Signature}
	made, err := a.Reviewers.AddKey(c.UserContext(), callerOf(c), k, body.Share)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, made)
}

type shareBody struct {
	User   string `json:"user"`
	KID    string `json:"kid"`
	Sealed string `json:"sealed"`
}

func (a *API) proposeShare(c *fiber.Ctx) error {
	var body shareBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	sh, err := a.Reviewers.Propose(c.UserContext(), callerOf(c), body.User, body.KID, body.Sealed)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, pendingOf(sh))
}

func (a *API) approveShare(c *fiber.Ctx) error { return byID(c, a.Reviewers.Approve) }
func (a *API) refuseShare(c *fiber.Ctx) error  { return byID(c, a.Reviewers.Refuse) }

type purposeBody struct {
	Purpose string `json:"purpose"`
}

type envelopeAnswer struct {
	Envelope json.RawMessage `json:"envelope"`
}

// openIdentity gives the envelope, still sealed: it opens in the reviewer's
// browser alone.
func (a *API) openIdentity(c *fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	var body purposeBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	sealed, err := a.Reviewers.Open(c.UserContext(), callerOf(c), id, body.Purpose)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, envelopeAnswer{sealed})
}
