package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/server/recall"
)

type recallBody struct {
	ID       string `json:"id"`
	TextHash string `json:"text_hash"`
	Audio    string `json:"audio_sha256"`
	Reason   string `json:"reason"`
}

type recallAnswer struct {
	ID       string    `json:"id"`
	Locale   string    `json:"locale"`
	Message  string    `json:"message"`
	TextHash string    `json:"text_hash"`
	Audio    string    `json:"audio_sha256,omitempty"`
	Reason   string    `json:"reason"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

func recallOf(r recall.Recall) recallAnswer {
	return recallAnswer{r.ID, r.Locale, r.Message, r.TextHash, r.AudioSHA256, r.Reason, r.By, r.At}
}

type recalledAnswer struct {
	Detection rowAnswer `json:"detection"`
	Items     []string  `json:"items"`
}

type seenAnswer struct {
	recallAnswer
	Total      int               `json:"total"`
	Detections *[]recalledAnswer `json:"detections"` // null: no more than how many
}

func (a *API) recallText(c *fiber.Ctx) error {
	tag, err := pathText(c, "tag")
	if err != nil {
		return err
	}
	var body recallBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	r, fresh, err := a.Recalls.Recall(c.UserContext(), callerOf(c), tag, recall.Asked{Message: body.ID, TextHash: body.TextHash, AudioSHA256: body.Audio, Reason: body.Reason})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if fresh {
		status = http.StatusCreated
	}
	return writeJSON(c, status, recallOf(r))
}

func (a *API) recalls(c *fiber.Ctx) error {
	tag, err := pathText(c, "tag")
	if err != nil {
		return err
	}
	all, err := a.Recalls.List(c.UserContext(), callerOf(c), tag)
	if err != nil {
		return err
	}
	out := list[seenAnswer]{Items: make([]seenAnswer, len(all))}
	for i, r := range all {
		out.Items[i] = seenAnswer{recallAnswer: recallOf(r.Recall), Total: r.Total}
		if r.Hits != nil {
			hits := make([]recalledAnswer, len(r.Hits))
			for j, h := range r.Hits {
				hits[j] = recalledAnswer{rowOf(h.Row), some(h.Items)}
			}
			out.Items[i].Detections = &hits
		}
	}
	return writeJSON(c, http.StatusOK, out)
}
