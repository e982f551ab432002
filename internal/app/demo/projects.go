package demo

import "github.com/kyoten-hub/kyoten/internal/hub"

// Project is a supported project with its past: what was done on which day, in
// order. One with From begins from that seed or need and takes over what stands
// there; others have a title and a summary of their own.
type Project struct {
	Key         string           `json:"key"`
	Area        string           `json:"area"`
	From        string           `json:"from"` // key of a seed or need; may be empty
	Title       hub.Text         `json:"title"`
	Summary     hub.Text         `json:"summary"`
	Type        string           `json:"type"`
	Coordinator string           `json:"coordinator"`
	Scope       hub.Scope        `json:"scope"`
	Issue       int              `json:"issue"` // place among the area's material issues
	Partners    []ProjectPartner `json:"partners"`
	Levels      []ProjectLevel   `json:"levels"`
	BeginInDays int              `json:"begin_in_days"`
	Past        []ProjectPast    `json:"past"`
	Task        *ProjectTask     `json:"task"`
}

// ProjectPartner is an organisation with its part.
type ProjectPartner struct {
	Organisation string `json:"organisation"`
	Role         string `json:"role"`
}

// ProjectLevel is one judgement of readiness.
type ProjectLevel struct {
	Scale  string `json:"scale"`
	Level  int    `json:"level"`
	InDays int    `json:"in_days"`
	Ground string `json:"ground"`
}

// ProjectPast is one step: "adopt" and "decline" decide on an application that
// is written and reviewed the same day, "tier" moves to Tier, all else is a state.
type ProjectPast struct {
	InDays int      `json:"in_days"`
	Do     string   `json:"do"`
	Tier   int      `json:"tier"`
	Reason hub.Text `json:"reason"`
}

// ProjectTask is what is promised next.
type ProjectTask struct {
	What      hub.Text `json:"what"`
	DueInDays int      `json:"due_in_days"`
}
