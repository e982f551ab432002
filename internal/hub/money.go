package hub

// Known says whether an amount is there, and if not, why not. Zero yen, unknown,
// not applicable and withheld are four different answers.
type Known string

// The states of an amount. The zero value is Unknown.
const (
	Unknown       Known = ""
	Amount        Known = "amount"
	NotApplicable Known = "na"
	Withheld      Known = "withheld"
)

// Money is a sum in whole yen, or the reason why there is none. Yen counts only
// when State is Amount. The zero value is an unknown sum.
type Money struct {
	State Known `json:"state,omitempty"`
	Yen   int64 `json:"yen,omitempty"`
}

// Yen makes a known sum.
func Yen(n int64) Money { return Money{State: Amount, Yen: n} }
