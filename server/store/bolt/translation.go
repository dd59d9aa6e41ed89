package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"

	"umbral/server/audit"
	"umbral/server/problem"
	"umbral/server/translation"
)

func addDesk(tx *txn) error { return makeBuckets(tx, bStep, bVoice, bLanguage, bRaised) }

// stepPrefix is before the steps of a language, or of one of its messages.
func stepPrefix(locale, message string) []byte {
	k := append([]byte(word(locale)), 0)
	if message == "" {
		return k
	}
	return append(append(k, word(message)...), 0)
}

// voiceKey is of a recording; false where sha is no SHA-256.
func voiceKey(locale, sha string) ([]byte, bool) {
	h, ok := parseHash(sha)
	return append(stepPrefix(locale, ""), h[:]...), ok
}

// AddSteps implements translation.Store.
func (s *Store) AddSteps(ctx context.Context, locale string, w translation.Write) error {
	return s.update(ctx, "translation", func(tx *txn) error {
		for _, step := range w.Steps { // all before any is written
			if last := lastStep(tx, locale, step.Message); last != w.After[step.Message] {
				return problem.New(problem.Conflict, "translation-changed")
			}
		}
		for _, step := range w.Steps {
			if err := addStep(tx, locale, step, w.Content); err != nil {
				return err
			}
		}
		for _, sha := range w.Drop {
			if key, ok := voiceKey(locale, sha); ok {
				if err := tx.Bucket(bVoice).Delete(key); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func addStep(tx *txn, locale string, step translation.Step, content []byte) error {
	if step.Do == translation.Record {
		key, ok := voiceKey(locale, step.Recording)
		switch {
		case !ok:
			return fmt.Errorf("a recording is named %q", step.Recording)
		case tx.Bucket(bVoice).Get(key) != nil:
			return problem.New(problem.Conflict, "recording-there")
		}
		if err := putBytes(tx, bVoice, key, content); err != nil {
			return err
		}
	}
	seq, err := tx.Bucket(bStep).NextSequence()
	if err != nil {
		return err
	}
	if err := put(tx, bStep, append(stepPrefix(locale, step.Message), number(seq)...), step); err != nil {
		return err
	}
	return enter(tx, audit.Act{At: step.At, Who: step.By, What: "translation_" + step.Do, ID: step.ID, Detail: locale + " " + step.Message})
}

// lastStep is the number of the last step of a message; 0 without one.
func lastStep(tx *txn, locale, message string) (seq uint64) {
	prefix := stepPrefix(locale, message)
	c := tx.Bucket(bStep).Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		seq = stepSeq(k)
	}
	return seq
}

func stepSeq(key []byte) uint64 { return binary.BigEndian.Uint64(key[len(key)-sizeStamp:]) }

// Steps implements translation.Store.
func (s *Store) Steps(ctx context.Context, locale, message string) ([]translation.Step, error) {
	list := []translation.Step{}
	err := s.view(ctx, "translations", func(tx *txn) error {
		return each(tx, bStep, stepPrefix(locale, message), func(key, stored []byte) error {
			step, err := read[translation.Step](tx, bStep, key, stored)
			step.Seq = stepSeq(key)
			list = append(list, step)
			return err
		})
	})
	return list, err
}

// StepLocales implements translation.Store.
func (s *Store) StepLocales(ctx context.Context) (codes []string, err error) {
	err = s.view(ctx, "translations", func(tx *txn) error {
		c := tx.Bucket(bStep).Cursor()
		for k, _ := c.First(); k != nil; {
			code, _, _ := bytes.Cut(k, []byte{0})
			codes = append(codes, string(code))
			k, _ = c.Seek(append(code[:len(code):len(code)], 1))
		}
		return nil
	})
	return codes, err
}

// Recording implements translation.Store.
func (s *Store) Recording(ctx context.Context, locale, sha string) (content []byte, err error) {
	key, ok := voiceKey(locale, sha)
	err = s.view(ctx, "recording", func(tx *txn) error {
		stored := tx.Bucket(bVoice).Get(key)
		if !ok || stored == nil {
			return problem.New(problem.NotFound, "recording-unknown")
		}
		content, err = tx.decode(bVoice, key, stored)
		return err
	})
	return content, err
}

// AddLanguage implements translation.Store.
func (s *Store) AddLanguage(ctx context.Context, l translation.Language) error {
	return s.update(ctx, "language", func(tx *txn) error {
		there, err := all[translation.Language](tx, bLanguage, nil)
		if err != nil {
			return err
		}
		for _, o := range there {
			if o.Code == l.Code {
				return problem.New(problem.Conflict, "language-there")
			}
		}
		seq, err := tx.Bucket(bLanguage).NextSequence()
		if err != nil {
			return err
		}
		if err := put(tx, bLanguage, number(seq), l); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: l.At, Who: l.By, What: "language_added", ID: l.Code, Detail: l.Gate})
	})
}

// Languages implements translation.Store.
func (s *Store) Languages(ctx context.Context) (list []translation.Language, err error) {
	err = s.view(ctx, "languages", func(tx *txn) error {
		list, err = all[translation.Language](tx, bLanguage, nil)
		return err
	})
	return list, err
}

// raised says who raised a gate.
type raised struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// RaiseGate implements translation.Store.
func (s *Store) RaiseGate(ctx context.Context, by string, at time.Time, code string) (fresh bool, err error) {
	err = s.update(ctx, "gate", func(tx *txn) error {
		if fresh = tx.Bucket(bRaised).Get([]byte(word(code))) == nil; !fresh {
			return nil
		}
		if err := put(tx, bRaised, []byte(word(code)), raised{by, at}); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: at, Who: by, What: "language_gate_raised", ID: code})
	})
	return fresh, err
}

// RaisedGates implements translation.Store.
func (s *Store) RaisedGates(ctx context.Context) (codes []string, err error) {
	err = s.view(ctx, "gates", func(tx *txn) error {
		return each(tx, bRaised, nil, func(key, _ []byte) error {
			codes = append(codes, string(key))
			return nil
		})
	})
	return codes, err
}

// checkDesk reads every step at its place, and looks from each recording at the
// step that brought it.
func checkDesk(tx *txn, f *faults) error {
	brought := map[string]bool{}
	err := each(tx, bStep, nil, func(key, stored []byte) error {
		step, err := read[translation.Step](tx, bStep, key, stored)
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(key, stepPrefix(step.Locale, step.Message)) {
			f.addf("translations", "a step of %s %s stands elsewhere", step.Locale, step.Message)
		}
		if step.Do == translation.Record {
			brought[step.Locale+" "+step.Recording] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	return each(tx, bVoice, nil, func(key, _ []byte) error {
		locale, _, _ := bytes.Cut(key, []byte{0})
		if len(key) != len(locale)+1+sizeHash || !brought[string(locale)+" "+hex.EncodeToString(key[len(locale)+1:])] {
			f.addf("translations", "a recording of %s was brought by no step", locale)
		}
		return nil
	})
}
