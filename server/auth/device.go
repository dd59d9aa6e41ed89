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
)

// publicKeySize is an uncompressed P-256 point: 0x04, x, y.
const publicKeySize = 65

// EnrolDevice enrols a device for who and their agency. publicKey is base64url
// (padded or not) of a 65-byte P-256 point. Invalid "device-key" (not a point
// of the curve) or "device-name"; Forbidden for those who collect nothing.
func (s *Service) EnrolDevice(ctx context.Context, who access.Caller, publicKey, name string) (Device, error) {
	if err := access.Check(who, access.EnrolDevice, access.Scope{Agency: who.Agency, Owner: who.User}); err != nil {
		return Device{}, err
	}
	key, err := parsePoint(publicKey)
	if err != nil {
		return Device{}, err
	}
	if name = strings.TrimSpace(name); !isName(name) {
		return Device{}, problem.New(problem.Invalid, "device-name", "max", maxName)
	}
	d := Device{ID: s.newID(), Name: name, PublicKey: base64.RawURLEncoding.EncodeToString(key),
		User: who.User, Agency: who.Agency, Enrolled: s.now()}
	return s.Store.AddDevice(ctx, who.User, who.Session, s.now(), d)
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

// SyncDevice returns the device that who wants to sync with. NotFound
// "device-unknown" also for one of another agency; Forbidden "device-revoked".
func (s *Service) SyncDevice(ctx context.Context, who access.Caller, id string) (Device, error) {
	if err := access.Check(who, access.Sync, access.Scope{Agency: who.Agency}); err != nil {
		return Device{}, err
	}
	d, err := s.Store.Device(ctx, id)
	if err != nil {
		return Device{}, err
	}
	if err := access.Check(who, access.Sync, access.Scope{Kind: "device", Agency: d.Agency}); err != nil {
		return Device{}, err
	}
	if d.IsRevoked() {
		return Device{}, problem.New(problem.Forbidden, "device-revoked")
	}
	return d, nil
}

// seenEvery is how exact Device.Seen is: who looks for a lost phone asks for the
// day, and each note costs a write to the disk.
const seenEvery = time.Hour

// SawDevice notes that d, as SyncDevice returned it, synced now.
func (s *Service) SawDevice(ctx context.Context, d Device) error {
	now := s.now()
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

// RevokeDevice stops a lost phone: it syncs no more and its sessions end.
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
