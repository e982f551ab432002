//go:build !linux

package dbtest

import (
	"os"
	"os/exec"
)

func (a account) command(name string, args ...string) *exec.Cmd { return exec.Command(name, args...) }

func tie(*exec.Cmd) {}

func alive(pid int) bool {
	_, err := os.FindProcess(pid)
	return err == nil
}
