/// Where the dynamic loader of Linux finds libraries without being told.
enum SystemLibraries {
    /// Folders of this machine, in the order of search.
    static func folders(architecture: String) -> [String] {
        let triplet = triplets[architecture].map { ["/usr/local/lib/\($0)", "/lib/\($0)", "/usr/lib/\($0)"] } ?? []
        return ["/usr/local/lib"] + triplet + ["/lib64", "/usr/lib64", "/lib", "/usr/lib"]
    }

    /// Debian's folders for libraries of one architecture.
    private static let triplets = [
        "amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu", "riscv64": "riscv64-linux-gnu", "arm": "arm-linux-gnueabihf",
    ]

    /// The dynamic loaders that programs name, of glibc and of musl.
    static let loaders = [
        "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-linux-riscv64-lp64d.so.1", "/lib64/ld64.so.2",
        "/lib/ld64.so.1", "/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1", "/lib/ld-musl-riscv64.so.1",
    ]

    /// Whether a path of an image lies in such a folder.
    static func holds(_ path: String) -> Bool {
        var parts = path.split(separator: "/")
        guard let name = parts.popLast(), name.contains(".so") else { return false }
        if parts.first == "usr" { parts.removeFirst() }
        if parts.first == "local" { parts.removeFirst() }
        guard let lib = parts.first, lib == "lib" || lib == "lib64" || lib == "lib32" else { return false }
        return parts.count == 1 || parts.count == 2 && parts[1].contains("-linux-")
    }
}
