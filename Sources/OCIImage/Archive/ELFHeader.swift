/// The first bytes of a program or a library (System V ABI, "ELF Header").
package struct ELFHeader: Hashable, Sendable {
    /// Go's name of the architecture: `amd64`, `arm64`.
    package let architecture: String
    /// How many bytes are needed.
    package static let size = 20

    /// Reads it; nil when this is no ELF file.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.size, bytes[0..<4].elementsEqual([0x7F, 0x45, 0x4C, 0x46]) else { return nil }
        let isLittle = bytes[5] == 1
        let machine = isLittle ? Int(bytes[18]) | Int(bytes[19]) << 8 : Int(bytes[19]) | Int(bytes[18]) << 8
        architecture = Self.names[machine] ?? "machine \(machine)"
    }

    /// `e_machine` (the registry of the System V ABI), as Go calls them.
    private static let names = [
        3: "386", 8: "mips", 21: "ppc64le", 22: "s390x", 40: "arm", 62: "amd64", 183: "arm64", 243: "riscv64",
    ]
}
