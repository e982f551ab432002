package retrieval

// Evidence is a kind of evidence that a document is about something: words,
// character bigrams, pairs of neighbours, … The caller numbers them. Each kind
// has its own document length, because a text of a hundred words has three
// hundred bigrams and neither number says anything about the other.
type Evidence uint8

// Occurrence says how often a term of one kind stands in a document.
type Occurrence struct {
	Term     string
	Evidence Evidence
	// Frequency is the number of occurrences, each counted with the weight of the
	// field it stands in. Sums are told apart at ¼, ½, 1, 1½, 2, 2½, 3, 4, 5, 6, 8 and
	// so on: take weights near these. Occurrences of the same term are added up; zero,
	// negative and not-a-number frequencies are ignored.
	Frequency float32
}

// Document is one record as the index sees it.
type Document struct {
	// ID names the record. A later document of the same ID replaces the earlier.
	// A document with an empty ID is not indexed.
	ID    string
	Terms []Occurrence

	// Allow and Deny hold reader tokens: the document is visible to a reader who
	// has some token of Allow and none of Deny. Without Allow only the system
	// (Query.Readers nil) sees it.
	Allow, Deny []string

	// Attributes can be filtered by and counted. Each is "name:value"; a document
	// may have several values of one name.
	Attributes []string

	// Numbers and Keys are the columns a list can be sorted by: numbers by value,
	// keys by their bytes. A column that a document doesn't have sorts last, in
	// both directions.
	Numbers []int64
	Keys    []string

	// Weightless keeps the document's terms out of document frequencies and mean
	// lengths, so that the weight of a word tells nobody about a record that few
	// may see. The document itself is found and scored as any other.
	Weightless bool
}
