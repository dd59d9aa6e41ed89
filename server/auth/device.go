package auth

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"strings"
	"time"

	"umbral/server/access"
	"umbral/server/problem"
	"umbral/server/proof"
)

// publicKeySize is an uncompressed P-256 point: 0x04, x, y.
const publicKeySize = 65

// Enrolment is what a device enrols with.
type Enrolment struct {
	Code      string
	PublicKey string // base64url (padded or not) of a 65-byte P-256 point
	Name      string
	Address   string // of the caller, for the throttle
}

// EnrolDevice enrols a device for who and their agency, with a code that NewCode
// gave. Its key must be the one that the session of who is bound to. A device
// that is enrolled already is returned as it is, without using the code up: the
// reply may have been lost. Invalid "device-key" (not a point of the curve) or
// "device-name"; Forbidden "enrol-code", "enrol-key", "device-revoked", or for
// those who collect nothing; Conflict "device-enrolled" with another agency;
// TooMany "too-many-attempts".
func (s *Service) EnrolDevice(ctx context.Context, who access.Caller, in Enrolment) (Device, error) {
	if err := access.Check(who, access.EnrolDevice, access.Scope{Agency: who.Agency, Owner: who.User}); err != nil {
		return Device{}, err
	}
	key, err := parsePoint(in.PublicKey)
	if err != nil {
		return Device{}, err
	}
	if in.Name = strings.TrimSpace(in.Name); !isName(in.Name) {
		return Device{}, problem.New(problem.Invalid, "device-name", "max", maxName)
	}
	if who.JKT == "" || who.JKT != proof.Thumbprint(key) {
		return Device{}, problem.New(problem.Forbidden, "enrol-key")
	}
	have, err := s.deviceOfKey(ctx, who.JKT)
	switch {
	case err != nil:
		return Device{}, err
	case have.ID != "" && have.Agency != who.Agency:
		return Device{}, problem.New(problem.Conflict, "device-enrolled")
	case have.ID != "":
		return have, nil
	}
	return s.enrolWith(ctx, who, in.Code, in.Address, Device{
		ID: s.newID(), Name: in.Name, PublicKey: base64.RawURLEncoding.EncodeToString(key),
		User: who.User, Users: []string{who.User}, Agency: who.Agency, Enrolled: s.now(),
	})
}

func parsePoint(text string) ([]byte, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(strings.TrimRight(text, "="))
	if err != nil || len(b) != publicKeySize {
		return nil, problem.New(problem.Invalid, "device-key", "bytes", publicKeySize).Because(err)
	}
	if _, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), b); err != nil {
		return nil, problem.New(problem.Invalid, "device-key", "bytes", publicKeySize).Because(err)
	}
	return b, nil
}

// SendingDevice returns the device id, which may be revoked: what it still holds
// is taken. Unauthenticated "device-unknown".
func (s *Service) SendingDevice(ctx context.Context, id string) (Device, error) {
	d, err := s.Store.Device(ctx, id)
	if problem.KindOf(err) == problem.NotFound {
		return Device{}, problem.New(problem.Unauthenticated, "device-unknown").Because(err)
	}
	return d, err
}

// PublicPoint is the 65 bytes of d's key; nil where it has none that can be read.
func (d Device) PublicPoint() []byte {
	b, err := parsePoint(d.PublicKey)
	if err != nil {
		return nil
	}
	return b
}

// seenEvery is how exact Device.Seen is: who looks for a lost phone asks for the
// day, and each note costs a write to the disk.
const seenEvery = time.Hour

// SawDevice notes that d, as SendingDevice returned it, synced now; wiping says
// that it erases itself.
func (s *Service) SawDevice(ctx context.Context, d Device, wiping bool) error {
	now := s.now()
	if wiping && d.Wiped.IsZero() {
		if err := s.Store.WipedDevice(ctx, now, d.ID); err != nil {
			return err
		}
	}
	if now.Sub(d.Seen) < seenEvery {
		return nil
	}
	return s.Store.SawDevice(ctx, now, d.ID)
}

// Devices returns the devices that who manages.
func (s *Service) Devices(ctx context.Context, who access.Caller) ([]Device, error) {
	agency, _, err := access.Reach(who, access.ManageDevices)
	if err != nil {
		return nil, err
	}
	return s.Store.Devices(ctx, agency)
}

// RevokeDevice gives a lost phone up: its sessions end, it is told to erase
// itself, and what it still sends is kept with a mark.
func (s *Service) RevokeDevice(ctx context.Context, who access.Caller, id string) error {
	if err := access.Check(who, access.ManageDevices, access.Scope{Agency: who.Agency}); err != nil {
		return err
	}
	d, err := s.Store.Device(ctx, id)
	if err != nil {
		return err
	}
	if err := access.Check(who, access.ManageDevices, access.Scope{Kind: "device", Agency: d.Agency}); err != nil {
		return err
	}
	return s.Store.RevokeDevice(ctx, who.User, s.now(), id)
}
