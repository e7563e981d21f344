/// What a program or a library needs of the machine that it runs on, and what it offers others (System V ABI, gABI; the symbol versions of
/// the Linux Standard Base, "Symbol Versioning").
///
/// Reads 64-bit little-endian files, which is what amd64, arm64 and riscv64 have. Every offset comes from the file and is checked.
struct ELFFile: Hashable, Sendable, Codable {
    /// `e_machine`.
    var machine: Int
    /// The dynamic loader that starts it; nil: it needs none.
    var interpreter: String?
    /// The libraries that it is linked against, by the names it asks for.
    var needed: [String] = []
    /// The versions of symbols that it wants of each of them.
    var wanted: [String: [String]] = [:]
    /// The versions of symbols that it defines: `GLIBC_2.36`.
    var defined: [String] = []
    /// The name that programs linked against it ask for.
    var name: String?
    /// Folders in which its libraries are looked for before those of the system (`DT_RUNPATH`); `$ORIGIN` is its own.
    var searched: [String] = []

    /// More than any real file has.
    private static let mostEntries = 4096

    /// Reads one; nil when this is no ELF file, one of another kind, or a damaged one.
    init?(_ bytes: [UInt8]) {
        let file = ELFBytes(bytes)
        guard bytes.count >= 64, bytes[0..<4].elementsEqual([0x7F, 0x45, 0x4C, 0x46]), bytes[4] == 2, bytes[5] == 1,
            let machine = file.half(18), let programs = file.word64(32), let size = file.half(54), let count = file.half(56),
            size >= 56, count <= Self.mostEntries
        else { return nil }
        self.machine = machine
        var segments: [Segment] = []
        for number in 0..<count {
            guard let segment = Segment(file, at: programs + number * size) else { return nil }
            segments.append(segment)
        }
        if let segment = segments.first(where: { $0.type == Segment.interpreter }) { interpreter = file.text(segment.offset) }
        guard let dynamic = segments.first(where: { $0.type == Segment.dynamic }) else { return }
        let offset = { (address: Int) in
            segments.first { $0.type == Segment.load && address >= $0.address && address - $0.address < $0.size }
                .map { address - $0.address + $0.offset }
        }
        readDynamic(file, dynamic, offset)
    }

    private struct Segment {
        static let (load, dynamic, interpreter) = (1, 2, 3)
        var type: Int
        var offset: Int
        var address: Int
        var size: Int

        init?(_ file: ELFBytes, at start: Int) {
            guard let type = file.word(start), let offset = file.word64(start + 8), let address = file.word64(start + 16),
                let size = file.word64(start + 32)
            else { return nil }
            (self.type, self.offset, self.address, self.size) = (type, offset, address, size)
        }
    }

    /// Tags of the dynamic section.
    private enum Tag {
        static let (needed, strings, name, searched) = (1, 5, 14, 29)
        static let (defined, definedCount, wanted, wantedCount) = (0x6FFF_FFFC, 0x6FFF_FFFD, 0x6FFF_FFFE, 0x6FFF_FFFF)
    }

    private mutating func readDynamic(_ file: ELFBytes, _ segment: Segment, _ offset: (Int) -> Int?) {
        var tags: [Int: Int] = [:]
        var names: [Int] = []
        for number in 0..<min(segment.size / 16, Self.mostEntries) {
            guard let tag = file.word64(segment.offset + number * 16), let value = file.word64(segment.offset + number * 16 + 8),
                tag != 0
            else { break }
            if tag == Tag.needed { names.append(value) } else { tags[tag] = value }
        }
        guard let strings = tags[Tag.strings].flatMap(offset) else { return }
        needed = names.compactMap { file.text(strings + $0) }
        name = tags[Tag.name].flatMap { file.text(strings + $0) }
        searched = tags[Tag.searched].flatMap { file.text(strings + $0) }.map { $0.split(separator: ":").map(String.init) } ?? []
        if let start = tags[Tag.wanted].flatMap(offset) {
            readWanted(file, from: start, count: tags[Tag.wantedCount] ?? 0, strings)
        }
        if let start = tags[Tag.defined].flatMap(offset) {
            readDefined(file, from: start, count: tags[Tag.definedCount] ?? 0, strings)
        }
    }

    /// `Elf64_Verneed` and its `Elf64_Vernaux`.
    private mutating func readWanted(_ file: ELFBytes, from start: Int, count: Int, _ strings: Int) {
        var entry = start
        for _ in 0..<min(count, Self.mostEntries) {
            guard let versions = file.half(entry + 2), let library = file.word(entry + 4).flatMap({ file.text(strings + $0) }),
                let first = file.word(entry + 8), let next = file.word(entry + 12)
            else { return }
            var place = entry + first
            for _ in 0..<versions {
                guard let name = file.word(place + 8).flatMap({ file.text(strings + $0) }), let step = file.word(place + 12)
                else {
                    return
                }
                wanted[library, default: []].append(name)
                if step == 0 { break }
                place += step
            }
            if next == 0 { return }
            entry += next
        }
    }

    /// `Elf64_Verdef` and the first of its `Elf64_Verdaux`.
    private mutating func readDefined(_ file: ELFBytes, from start: Int, count: Int, _ strings: Int) {
        var entry = start
        for _ in 0..<min(count, Self.mostEntries) {
            guard let first = file.word(entry + 12), let next = file.word(entry + 16),
                let name = file.word(entry + first).flatMap({ file.text(strings + $0) })
            else { return }
            defined.append(name)
            if next == 0 { return }
            entry += next
        }
    }
}

/// Little-endian numbers and texts at places that a file names; nil outside of it.
private struct ELFBytes {
    private let bytes: [UInt8]
    /// No file that is looked at is larger, so sums of places do not overflow.
    private static let farthest = 1 << 40

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    func half(_ place: Int) -> Int? { number(place, 2) }
    func word(_ place: Int) -> Int? { number(place, 4) }

    func word64(_ place: Int) -> Int? {
        guard let number = number(place, 8), number >= 0, number < Self.farthest else { return nil }
        return number
    }

    private func number(_ place: Int, _ size: Int) -> Int? {
        guard place >= 0, place <= bytes.count - size else { return nil }
        let unsigned = (0..<size).reduce(UInt64(0)) { $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1)) }
        return Int(truncatingIfNeeded: unsigned)
    }

    /// Up to a NUL byte.
    func text(_ place: Int) -> String? {
        guard place >= 0, place < bytes.count else { return nil }
        let text = bytes[place...].prefix(256).prefix { $0 != 0 }
        return text.isEmpty || text.count == 256 ? nil : String(decoding: text, as: UTF8.self)
    }
}
