package bolt

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Buckets. Numbers in keys are big endian, so that bytes sort as numbers do.
var (
	bMeta       = []byte("meta")       // schema, fresh -> uint64; record-keys -> id of that file
	bHead       = []byte("head")       // id -> kind(1) hash(32) received(8), of the content that lists show
	bPlain      = []byte("plain")      // id -> the record as the device wrote it
	bAssessment = []byte("assessment") // id -> the server's assessment of a detection
	bOther      = []byte("other")      // id -> ingest.Kept of encounters and addenda, without the record
	bRow        = []byte("row")        // id -> row
	bConflict   = []byte("conflict")   // id hash -> ingest.Kept, the other contents
	bLink       = []byte("link")       // kind(1) target id, received(8) id -> nothing
	bIndex      = []byte("index")      // facet(1) value 0 place(25) -> live(1)
	bFresh      = []byte("fresh")      // as index, of what came last; see row.go
	bTime       = []byte("time")       // received(8) id -> nothing
	bCount      = []byte("count")      // cube cell -> uint64
	bReview     = []byte("review")     // detection seq(8) -> review.Review
	bReferral   = []byte("referral")   // detection seq(8) -> referral.Referral
	bNote       = []byte("note")       // detection seq(8) -> review.Note
	bHeld       = []byte("held")       // id hash -> ingest.Entry
	bHeldQueue  = []byte("held_queue") // agency 0 received(8) id hash -> nothing, of what waits; the empty agency: all
	bAgency     = []byte("agency")     // id -> auth.Agency
	bAccount    = []byte("account")    // id -> auth.Account
	bUsername   = []byte("username")   // name -> account id; see txn.name
	bCredential = []byte("credential") // account id -> hash of the password
	bFactor     = []byte("factor")     // account id -> auth.Factors
	bReviewKey  = []byte("review_key") // kid -> seal.ReviewersKey
	bOwnKey     = []byte("own_key")    // account id -> reviewers.Own
	bShare      = []byte("share")      // id -> reviewers.Share
	bSetup      = []byte("setup")      // "code" -> hash of the setup code
	bDevice     = []byte("device")     // id -> auth.Device
	bDeviceKey  = []byte("device_key") // thumbprint of its key -> device id
	bCode       = []byte("code")       // hash of an enrolment code -> auth.Code
	bFamily     = []byte("family")     // id -> auth.Family
	bToken      = []byte("token")      // hash of a refresh token -> token
	bFailure    = []byte("failure")    // name -> auth.Failures
	bSigning    = []byte("signing")    // kid -> auth.SigningKey
	bAudit      = []byte("audit")      // seq(8) -> audit.Entry
	bEvent      = []byte("event")      // device id 0 seq(8) -> event; the empty device: all

	bTombstone   = []byte("tombstone")   // id -> tombstone of a record that was destroyed
	bHold        = []byte("hold")        // id -> retention.Hold, the newest of a detection
	bTerms       = []byte("terms")       // agency -> retention.Terms
	bDestruction = []byte("destruction") // id -> retention.Destruction

	bRecall   = []byte("recall")   // id -> recall.Recall
	bRecalled = []byte("recalled") // detection, id of a recall -> items that the text was shown for

	bInterpreter = []byte("interpreter") // see interpreterKey -> interpreters.Interpreter
	bStep        = []byte("step")        // locale 0 message 0 seq(8) -> translation.Step
	bVoice       = []byte("voice")       // locale 0 SHA-256(32) -> bytes of a recording
	bLanguage    = []byte("language")    // seq(8) -> translation.Language, added while it runs
	bRaised      = []byte("raised")      // code -> who raised its gate, and when
)

// buckets are all of the newest schema.
var buckets = [][]byte{bMeta, bHead, bPlain, bAssessment, bOther, bRow, bConflict, bLink, bIndex, bFresh, bTime, bCount,
	bReview, bReferral, bNote, bHeld, bHeldQueue, bAgency, bAccount, bUsername, bCredential, bFactor, bReviewKey, bOwnKey, bShare, bSetup,
	bDevice, bDeviceKey, bCode, bFamily, bToken, bFailure, bSigning, bAudit, bEvent, bTombstone, bHold, bTerms, bDestruction, bRecall, bRecalled, bInterpreter, bStep, bVoice, bLanguage, bRaised}

// Keys of meta and setup.
var (
	keySchema, keyFresh, keySetup = []byte("schema"), []byte("fresh"), []byte("code")
	keyKeys                       = []byte("record-keys") // meta: the id of the file that has the keys
)

// recordID is the 16 bytes of a record's UUID, which sort by its making: new
// records are appended to the end of a bucket.
type recordID [16]byte

// parseID reads the lower case form only: one record has one key.
func parseID(text string) (recordID, bool) {
	id, err := uuid.Parse(text)
	if err != nil || id.String() != text {
		return recordID{}, false
	}
	return recordID(id), true
}

func (id recordID) String() string { return uuid.UUID(id).String() }

func idAt(b []byte) recordID { return recordID(b[:16]) }

// hash is a content identity.
type hash [32]byte

func parseHash(text string) (h hash, ok bool) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(h) || strings.ToLower(text) != text {
		return h, false
	}
	return hash(b), true
}

func (h hash) String() string { return hex.EncodeToString(h[:]) }

// contentKey is of one content under an id: conflicts and what is held.
func contentKey(id recordID, h hash) []byte { return append(id[:], h[:]...) }

// parseHeldKey reads ingest.Kept.QuarantineKey.
func parseHeldKey(text string) ([]byte, bool) {
	left, right, _ := strings.Cut(text, ".")
	id, ok1 := parseID(left)
	h, ok2 := parseHash(right)
	return contentKey(id, h), ok1 && ok2
}

// seqKey is what stands at seq under an id.
func seqKey(id recordID, seq uint64) []byte { return binary.BigEndian.AppendUint64(id[:], seq) }

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// stamp is a server time in keys: nanoseconds, which last until the year 2262.
func stamp(t time.Time) uint64 { return uint64(t.UnixNano()) }

func timeOf(stamp uint64) time.Time { return time.Unix(0, int64(stamp)).UTC() }

// timeKey orders rows as they were received.
func timeKey(received time.Time, id recordID) []byte {
	return append(number(stamp(received)), id[:]...)
}

// Kinds of link.
const (
	linkEncounter = 'e' // target: an encounter's lasting id; from its records
	linkAddendum  = 'a' // target: the record it speaks of; from addenda
	linkDetection = 'd' // target: an encounter's lasting id; from detections
)

// folioTarget is where addenda are linked that know a folio and no id: derived
// from the folio, so that the record may arrive before or after them. The few
// records that share a folio share its addenda; they are shown with both, as
// whoever wrote the folio cannot tell them apart either.
func folioTarget(folio string) recordID {
	sum := sha256.Sum256([]byte("folio:" + folio))
	return idAt(sum[:])
}

func linkPrefix(kind byte, target recordID) []byte { return append([]byte{kind}, target[:]...) }

func linkKey(kind byte, target recordID, received time.Time, from recordID) []byte {
	k := binary.BigEndian.AppendUint64(linkPrefix(kind, target), stamp(received))
	return append(k, from[:]...)
}

// Sizes of parts of keys.
const (
	sizeStamp   = 8
	sizeID      = 16
	sizeHash    = 32
	sizePlace   = 1 + sizeStamp + sizeID
	sizeLinkKey = 1 + sizeID + sizeStamp + sizeID
)

// linkFrom is the record at the end of a link's key.
func linkFrom(key []byte) recordID { return idAt(key[sizeLinkKey-sizeID:]) }

// place is where a row stands in the queue. The queue is read from the largest
// place down: the most urgent rank, the newest in it, and the id so that no two
// rows have the same place. So what arrives is added behind what is there, and
// pages stay full; the other way round would leave them half empty.
type place [sizePlace]byte

func placeOf(rank byte, received time.Time, id recordID) (p place) {
	p[0] = ^rank
	binary.BigEndian.PutUint64(p[1:], stamp(received))
	copy(p[1+sizeStamp:], id[:])
	return p
}

// firstPlace is before every row: there the queue begins.
func firstPlace() (p place) {
	for i := range p {
		p[i] = 0xff
	}
	return p
}

func (p place) id() recordID { return idAt(p[1+sizeStamp:]) }

func (p place) rank() byte { return ^p[0] }

// after is the place that follows p in the queue; false where none does.
func (p place) after() (place, bool) {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i]--; p[i] != 0xff {
			return p, true
		}
	}
	return p, false
}

// Facets that rows are indexed by.
const (
	facetAll     = 'q'
	facetAgency  = 'a'
	facetDanger  = 'd'
	facetSetting = 's'
	facetState   = 'p'
	facetStatus  = 't'
	facetOffence = 'o'
	facetGuarded = 'g' // by agency: rows that not every reader of it may see
)

// indexPrefix is before the places of all rows that have value in facet. Values
// are codes and ids, which have no zero byte; word keeps it so.
func indexPrefix(facet byte, value string) []byte {
	return append(append([]byte{facet}, word(value)...), 0)
}

func indexKey(facet byte, value string, p place) []byte {
	return append(indexPrefix(facet, value), p[:]...)
}

// word is a value as part of a key: zero bytes would end it too early.
func word(value string) string { return strings.ReplaceAll(value, "\x00", "\x01") }

// cell is one cell of the cube of counts: how many rows have all of these.
type cell struct {
	agency string
	live   byte
	rank   byte
	status string
}

func cellPrefix(agency string) []byte { return append([]byte(word(agency)), 0) }

func (c cell) key() []byte {
	return append(append(cellPrefix(c.agency), c.live, c.rank), word(c.status)...)
}

// parseCell reads a key of the cube.
func parseCell(key []byte) (c cell, ok bool) {
	agency, rest, ok := strings.Cut(string(key), "\x00")
	if !ok || len(rest) < 2 {
		return c, false
	}
	return cell{agency, rest[0], rest[1], rest[2:]}, true
}

func heldPrefix(agency string) []byte { return append([]byte(word(agency)), 0) }

// heldQueueKey orders the longest waiting first.
func heldQueueKey(agency string, received time.Time, content []byte) []byte {
	k := binary.BigEndian.AppendUint64(heldPrefix(agency), stamp(received))
	return append(k, content...)
}

// eventKey is of the device that an event concerns; the empty one: everybody.
func eventKey(device string, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(append([]byte(word(device)), 0), seq)
}
