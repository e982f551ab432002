package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/kyoten-hub/kyoten/internal/hub"
)

// sniff tells by content whether the file is an xlsx or delimited text, and
// refuses everything else by name. The ending of the name is believed only
// where the content leaves it open.
func sniff(name string, r io.ReaderAt, size int64) (Format, error) {
	if size == 0 {
		return "", hub.Errorf(hub.Invalid, "sheet.empty_file")
	}
	head := make([]byte, min(size, 4096))
	if n, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", hub.Errorf(hub.Unavailable, "sheet.unreadable")
	} else {
		head = head[:n]
	}
	ext := strings.ToLower(path.Ext(name))
	switch {
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return "", sniffOLE(r, size)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return sniffZip(r, size)
	case bytes.HasPrefix(head, []byte("%PDF")):
		return "", notSpreadsheet("PDF")
	case bytes.HasPrefix(head, []byte("{\\rtf")):
		return "", notSpreadsheet("RTF")
	case bytes.HasPrefix(head, []byte("\x89PNG")), bytes.HasPrefix(head, []byte("\xFF\xD8\xFF")), bytes.HasPrefix(head, []byte("GIF8")):
		return "", notSpreadsheet("画像 / image")
	case bytes.HasPrefix(head, []byte("\x09\x08")), bytes.HasPrefix(head, []byte("\x09\x04")), bytes.HasPrefix(head, []byte("\x09\x00")), bytes.HasPrefix(head, []byte("\x09\x02")):
		// BIFF without its OLE wrapping (Excel 2 to 4)
		return "", hub.Errorf(hub.Invalid, "sheet.xls")
	}
	if markup := sniffMarkup(head); markup != "" {
		return "", notSpreadsheet(markup)
	}
	switch ext {
	case ".json", ".yml", ".yaml", ".xml", ".html", ".htm", ".md":
		return "", notSpreadsheet(strings.ToUpper(ext[1:]))
	}
	return CSV, nil
}

func notSpreadsheet(what string) error {
	return hub.Errorf(hub.Invalid, "sheet.not_spreadsheet", "format", what)
}

// sniffOLE tells an encrypted xlsx from the old binary format: the directory of
// the container names its streams in UTF-16.
func sniffOLE(r io.ReaderAt, size int64) error {
	buf, _ := io.ReadAll(io.NewSectionReader(r, 0, min(size, 8<<20)))
	if bytes.Contains(buf, utf16le("EncryptedPackage")) {
		return hub.Errorf(hub.Invalid, "sheet.encrypted")
	}
	if bytes.Contains(buf, utf16le("WordDocument")) {
		return notSpreadsheet("Word")
	}
	if bytes.Contains(buf, utf16le("PowerPoint Document")) {
		return notSpreadsheet("PowerPoint")
	}
	return hub.Errorf(hub.Invalid, "sheet.xls")
}

func utf16le(s string) []byte {
	out := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		out = append(out, s[i], 0)
	}
	return out
}

func sniffZip(r io.ReaderAt, size int64) (Format, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return "", &hub.Error{Kind: hub.Invalid, Key: "sheet.broken", Err: err}
	}
	for _, f := range z.File {
		switch name := strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"); {
		case f.Flags&1 != 0:
			return "", hub.Errorf(hub.Invalid, "sheet.encrypted")
		case name == "xl/workbook.bin":
			return "", hub.Errorf(hub.Invalid, "sheet.other_book", "format", "Excel binary (.xlsb)")
		case strings.HasPrefix(name, "word/"):
			return "", notSpreadsheet("Word")
		case strings.HasPrefix(name, "ppt/"):
			return "", notSpreadsheet("PowerPoint")
		case name == "Index/Document.iwa":
			return "", hub.Errorf(hub.Invalid, "sheet.other_book", "format", "Numbers")
		case name == "content.xml":
			return "", hub.Errorf(hub.Invalid, "sheet.other_book", "format", "OpenDocument (.ods)")
		}
	}
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "workbook.xml") || f.Name == "[Content_Types].xml" {
			return XLSX, nil
		}
	}
	return "", notSpreadsheet("ZIP")
}

// sniffMarkup recognises web pages, XML and JSON, which many systems hand out
// under the name of .xls or .csv.
func sniffMarkup(head []byte) string {
	t := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n")
	lower := bytes.ToLower(t[:min(len(t), 512)])
	switch {
	case bytes.HasPrefix(lower, []byte("<!doctype html")), bytes.HasPrefix(lower, []byte("<html")), bytes.HasPrefix(lower, []byte("<table")):
		return "HTML"
	case bytes.HasPrefix(lower, []byte("<?xml")):
		return "XML"
	case len(t) > 1 && (t[0] == '{' || t[0] == '[') && jsonStart(t[1:]):
		return "JSON"
	}
	return ""
}

// jsonStart reports whether what follows a bracket can only be JSON.
func jsonStart(t []byte) bool {
	t = bytes.TrimLeft(t, " \t\r\n")
	return len(t) > 0 && (t[0] == '{' || t[0] == '"' || t[0] == '[')
}
