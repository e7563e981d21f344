/// Names of variables: which are names, which the scripts and everybody know, which is nearest.
enum LintNames {
    /// What a shell and POSIX take as a name (POSIX.1, Base Definitions, 8.1), up to 256 bytes.
    static func isVariable(_ name: some StringProtocol) -> Bool {
        guard let first = name.utf8.first, !isDigit(first), name.utf8.count <= 256 else { return false }
        return name.utf8.allSatisfy(isWord)
    }

    /// Whether a byte can stand in a name.
    static func isWord(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte)
    }

    /// Whether a name can begin with a byte.
    static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Whether `binary_to_integer/1` takes a text.
    static func isInteger(_ text: String) -> Bool {
        let digits =
            text.utf8.first == UInt8(ascii: "-") || text.utf8.first == UInt8(ascii: "+") ? text.utf8.dropFirst() : text.utf8[...]
        return !digits.isEmpty && digits.allSatisfy(isDigit)
    }

    /// Whether a variable is meant to hold a port.
    static func isPort(_ name: String) -> Bool { name == "PORT" || name.hasSuffix("_PORT") }

    /// Whether a text is a port.
    static func isPortNumber(_ text: String) -> Bool {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy(isDigit), let number = Int(text) else { return false }
        return number <= 65535
    }

    /// What every start script sets itself, or hands to the VM: it is there whenever the release runs.
    static let alwaysThere: Set<String> = [
        "RELEASE_ROOT", "RELEASE_NAME", "RELEASE_VSN", "RELEASE_COMMAND", "RELEASE_PROG", "RELEASE_COOKIE", "RELEASE_MODE",
        "RELEASE_NODE", "RELEASE_TMP", "RELEASE_VM_ARGS", "RELEASE_REMOTE_VM_ARGS", "RELEASE_DISTRIBUTION",
        "RELEASE_BOOT_SCRIPT", "RELEASE_BOOT_SCRIPT_CLEAN", "RELEASE_SYS_CONFIG", "RELEASE_ROOT_DIR", "RELEASE_CONFIG_DIR",
        "RELEASE_MUTABLE_DIR", "REL_VSN_DIR", "REL_NAME", "REL_VSN", "ROOTDIR", "BINDIR", "EMU", "PROGNAME", "HOME", "PATH",
    ]

    /// Whether something outside of the release's configuration reads a variable: the shell, libc, the VM, Elixir, the start
    /// scripts, libraries for HTTP and TLS.
    static func isWellKnown(_ name: String) -> Bool {
        known.contains(name) || alwaysThere.contains(name) || knownPrefixes.contains { name.hasPrefix($0) }
    }

    private static let known: Set<String> = [
        "PHX_SERVER", "LANG", "LANGUAGE", "TZ", "TZDIR", "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "PWD", "HOSTNAME",
        "TMPDIR", "TMP", "TEMP", "EDITOR", "VISUAL", "NO_COLOR", "COLUMNS", "LINES", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
        "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH",
        "LD_PRELOAD", "REPLACE_OS_VARS", "VMARGS_PATH", "SYS_CONFIG_PATH", "RUN_ERL_LOG_MAXSIZE",
        "CODE_LOADING_MODE",
    ]
    private static let knownPrefixes = [
        "ERL_", "ELIXIR_", "RELEASE_", "LC_", "MIX_", "RELX_", "HEART_", "IEX_", "MALLOC_", "BEAMCTL_", "XDG_",
    ]
}
