#!/usr/bin/env bash
# A 64-bit ARM machine without one: a Debian root, the wheels of a Pi, and an emulator to run them.
#
#   tests/arm64/build.sh CACHE PYTHON
#
# Everything lies in the folder CACHE; nothing is installed on this machine, and only its own apt
# sources and pip settings are asked. What is there already is not fetched again. Exit code 77
# says that it cannot be had here, and the last line why.
set -euo pipefail
cache=$(realpath -m "$1")
python=$2
here=$(cd "$(dirname "$0")/../.." && pwd)

skip() {
  echo "skipped: $*"
  exit 77
}

# The root is of this machine's own release: its sources know no other.
. /etc/os-release 2>/dev/null || skip "this is no Linux with an /etc/os-release"
[ "${ID:-} ${VERSION_CODENAME:-}" = "debian bookworm" ] ||
  skip "it needs Debian 12 with its apt sources, the release of Raspberry Pi OS Bookworm"
[ "$(uname -m)" = x86_64 ] || skip "it needs an x86-64 machine; on ARM run: make test-edge"
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' ||
  skip "it needs Python 3.11, as the root has; name one: make PYTHON=python3.11 test-arm64"
for program in apt-get dpkg-deb perl; do
  command -v "$program" >/dev/null || skip "there is no $program here"
done
mkdir -p "$cache"

if [ ! -x "$cache/tools/usr/bin/qemu-aarch64-static" ]; then
  echo "fetching the emulator ..."
  (cd "$cache" && rm -f ./*.deb && apt-get download qemu-user-static mmdebstrap) >"$cache/apt.log" 2>&1 ||
    skip "apt cannot fetch qemu-user-static and mmdebstrap: $(tail -1 "$cache/apt.log")"
  rm -rf "$cache/tools.part"
  for package in "$cache"/*.deb; do dpkg-deb -x "$package" "$cache/tools.part"; done
  mv "$cache/tools.part" "$cache/tools"
  rm -f "$cache"/*.deb
fi

if [ ! -d "$cache/root" ]; then
  echo "building the root ..."
  sources=/etc/apt/sources.list.d/debian.sources
  [ -f "$sources" ] || sources=/etc/apt/sources.list
  mode=$([ "$(id -u)" = 0 ] && echo root || echo unshare)
  rm -rf "$cache/root.part"
  "$cache/tools/usr/bin/mmdebstrap" --variant=extract --mode="$mode" --architectures=arm64 \
    --include=python3,ca-certificates,libgomp1,libstdc++6 \
    bookworm "$cache/root.part" "$sources" >"$cache/root.log" 2>&1 ||
    skip "mmdebstrap cannot build an arm64 root from $sources: $(tail -1 "$cache/root.log")"
  # What is in the root hides this machine's own: only programs and libraries may.
  rm -rf "$cache/root.part"/{dev,home,root,run,srv,sys,tmp,var}
  mv "$cache/root.part" "$cache/root"
fi

# $1 folder, $2 constraints, then the requirements: an environment of arm64 wheels.
wheels() {
  local target=$cache/$1 constraints=$here/$2
  shift 2
  [ -d "$target" ] && [ "$target" -nt "$constraints" ] && return
  echo "fetching the wheels of $target ..."
  rm -rf "$target" "$target.part"
  local platforms=() tag
  for tag in manylinux_2_34 manylinux_2_28 manylinux_2_27 manylinux_2_17 manylinux2014; do
    platforms+=(--platform "${tag}_aarch64")
  done
  "$cache/pip/bin/python" -m pip install --quiet --disable-pip-version-check \
    --target "$target.part" --only-binary=:all: "${platforms[@]}" \
    --python-version 3.11 --implementation cp --abi cp311 --abi abi3 --abi none \
    --constraint "$constraints" "$@" >"$cache/pip.log" 2>&1 ||
    skip "pip cannot fetch the wheels: $(tail -1 "$cache/pip.log")"
  mv "$target.part" "$target"
  touch "$target"
}

[ -x "$cache/pip/bin/python" ] || "$python" -m venv "$cache/pip"
wheels site-edge constraints.txt ai-edge-litert onnxruntime opencv-python-headless pytest hypothesis
wheels site-legacy constraints-legacy.txt tflite-runtime "numpy<2" opencv-python-headless

# For each processor a program that runs the root's Python on it. `-0` tells Python that this is
# its own name, so that what starts a process with sys.executable comes back here: the emulator
# cannot start ARM programs by itself, but the machine's own shell can start this. The libraries
# look into /proc/cpuinfo for what they may use: wrong, and they die of an illegal instruction.
while read -r processor part features; do
  machine=$cache/$processor
  mkdir -p "$machine"
  # Hard links, a root each: links that lead elsewhere would confuse os.path.realpath.
  [ -d "$machine/root" ] || cp -al "$cache/root" "$machine/root"
  mkdir -p "$machine/root/proc"
  {
    echo "processor	: 0"
    echo "BogoMIPS	: 108.00"
    echo "Features	: $features"
    printf 'CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x1\n'
    printf 'CPU part\t: %s\nCPU revision\t: 0\n' "$part"
  } >"$machine/root/proc/cpuinfo"
  cat >"$machine/python" <<END
#!/bin/sh
exec "$cache/tools/usr/bin/qemu-aarch64-static" -0 "$machine/python" -cpu $processor \\
  -L "$machine/root" "$machine/root/usr/bin/python3.11" "\$@"
END
  chmod +x "$machine/python"
done <<'END'
cortex-a72 0xd08 fp asimd evtstrm crc32 cpuid
cortex-a76 0xd0b fp asimd evtstrm crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp
END
echo "an arm64 machine is ready in $cache"
