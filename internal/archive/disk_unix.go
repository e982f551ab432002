//go:build unix

package archive

import "syscall"

// FreeSpace gives the bytes that this user may still write on the disk of folder.
func FreeSpace(folder string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, err
	}
	return uint64(s.Bavail) * uint64(s.Bsize), nil
}
