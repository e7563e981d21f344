/// The few files of a release by which it is known, as they lie in an image: a command that prints them there, and the reader of what it
/// prints. An image has a shell, `cat` and `wc`, and need not have `tar`.
enum ReleaseListing {
    /// Bytes of the largest file that is printed, and of all of them.
    static let longestFile = 1 << 20
    static let longest = 16 << 20
    private static let mostFiles = 200

    /// The command, with everything it prints in the form that ``read(_:)`` takes.
    static let words = ["/bin/sh", "-c", script]

    /// Each file is `file SIZE PATH`, its bytes and a line end; of what is only asked for being there `there PATH` is told.
    private static let script = """
        cd "${BEAMCTL_ROOT:-/app}" || exit 1
        show() {
          [ -f "$1" ] || return 0
          size=$(wc -c <"$1")
          [ "$size" -le \(longestFile) ] || return 0
          printf 'file %s %s\\n' $size "$1"; cat "$1"; printf '\\n'
        }
        [ -r releases/start_erl.data ] || exit 1
        read -r erts version <releases/start_erl.data || :
        show releases/start_erl.data
        folder=releases/$version
        for file in "$folder"/*.rel vm.args vm.args.src remote.vm.args sys.config sys.config.src env.sh runtime.exs; do
          case $file in */*) show "$file" ;; *) show "$folder/$file" ;; esac
        done
        for path in "$folder/elixir" "$folder/libexec" "$folder"/*.sh "erts-$erts" bin/*; do
          [ -e "$path" ] && printf 'there %s\\n' "$path"
        done
        exit 0
        """

    /// The files by their paths, relative to the release; what is only there is empty. Whatever is not a path below it is left out.
    static func read(_ bytes: [UInt8]) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        var rest = bytes[...]
        while files.count < mostFiles, let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let words = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ", maxSplits: 2).map(String.init)
            rest = rest[(end + 1)...]
            if words.count >= 2, words[0] == "there" {
                let path = words.dropFirst().joined(separator: " ")
                if isBelow(path) { files[path] = files[path] ?? [] }
            } else if words.count == 3, words[0] == "file", let size = Int(words[1]), size >= 0, size < rest.count {
                if isBelow(words[2]) { files[words[2]] = Array(rest.prefix(size)) }
                rest = rest.dropFirst(size + 1)
            } else {
                break
            }
        }
        return files
    }

    private static func isBelow(_ path: String) -> Bool {
        !path.isEmpty && !path.hasPrefix("/") && path.utf8.count < 1000 && !path.split(separator: "/").contains("..")
    }
}
