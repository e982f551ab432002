package ui

// name tells the line among others for those who only hear its buttons.
func (t Task) name() string {
	if t.What != "" {
		return t.What
	}
	if t.About != nil {
		return t.About.Label
	}
	return ""
}

func alone(t Task) string {
	if t.What == "" {
		return "alone"
	}
	return ""
}

func small(kind string) string {
	if kind == "date" {
		return "short"
	}
	return ""
}
