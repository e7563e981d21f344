import ExternalTermFormat
import Foundation
import Testing

/// A golden vector: bytes that a real `term_to_binary` made, see `Vectors/make-vectors.escript`.
struct Vector: CustomTestStringConvertible {
    var release: String
    var name: String
    /// What `term_to_binary` of that release writes by itself; else legacy tags, or options.
    var isCanonical: Bool
    var bytes: [UInt8]
    /// The term as Erlang prints it, where that is worth comparing.
    var printed: String?

    var testDescription: String { "\(name) (\(release))" }

    static let all: [Vector] = ["otp25", "otp27"].flatMap(load)

    private static func load(_ release: String) -> [Vector] {
        guard let file = Bundle.module.url(forResource: release, withExtension: "tsv", subdirectory: "Vectors"),
            let text = try? String(contentsOf: file, encoding: .utf8)
        else { return [] }
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 4 else { return nil }
            return Vector(
                release: release, name: String(fields[0]), isCanonical: fields[1] == "canonical", bytes: bytes(fields[2]),
                printed: fields[3] == "-" ? nil : String(fields[3]))
        }
    }

    private static func bytes(_ hex: Substring) -> [UInt8] {
        let digits = hex.utf8.map { $0 < 58 ? $0 - 48 : $0 - 87 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

/// What some of the vectors are, said in Swift.
let expectations: [String: Term] = [
    "zero": 0, "byte": 255, "word": 256, "minus_one": -1, "int32_max": .integer(Int64(Int32.max)),
    "int32_min": .integer(Int64(Int32.min)), "int33": 2_147_483_648, "minus_int33": -2_147_483_649,
    "int64_max": .integer(.max), "int64_min": .integer(.min),
    "above_int64": .integer(isNegative: false, magnitude: [0, 0, 0, 0, 0, 0, 0, 0x80]),
    "below_int64": .integer(isNegative: true, magnitude: [1, 0, 0, 0, 0, 0, 0, 0x80]),
    "float": 1.5, "float_zero": 0.0, "float_minus_zero": .float(-0.0), "float_tiny": .float(.leastNonzeroMagnitude),
    "float_huge": .float(.greatestFiniteMagnitude), "float_text": .float(-1.0e-5),
    "atom": .atom("hello"), "atom_empty": .atom(""), "atom_latin1": .atom("é"), "atom_utf8": .atom("при"), "true": true,
    "atom_ext_latin1": .atom("é"), "small_atom_ext": .atom("ok"), "atom_utf8_ext": .atom("ok"),
    "tuple_0": .tuple([]), "tuple_3": .tuple([.atom("a"), 1, .utf8("x")]), "tuple_256": .tuple((1...256).map { .integer($0) }),
    "nil": [], "string": .charlist("abc"), "string_bytes": [0, 255, 7], "list_unicode": .charlist("€x"),
    "string_65535": .list(Array(repeating: 113, count: 65_535)), "list_65536": .list(Array(repeating: 113, count: 65_536)),
    "improper": .improperList([.atom("a"), .atom("b")], tail: .atom("c")),
    "list_in_tail": [1, 2], "string_in_tail": [.atom("a"), 1, 2], "list_0": [],
    "map_0": .map([:]), "map_3": .map([.atom("a"): 1, .atom("b"): [2], .atom("c"): .map([.atom("d"): 3])]),
    "map_100": .map(Dictionary(uniqueKeysWithValues: (1...100).map { (.integer($0), .integer($0 * $0)) })),
    "binary": .utf8("hello"), "binary_utf8": .utf8("héllo"), "bits_full": .binary([1, 2]),
    "compressed": .list(Array(repeating: .atom("hello"), count: 300)),
    "compressed_9": .binary(Array(repeating: [97, 98], count: 5_000).flatMap { $0 }),
    "pid": .pid(Pid(node: "a@b", id: 77, serial: 3, creation: 5)),
    "pid_ext": .pid(Pid(node: "a@b", id: 77, serial: 3, creation: 1)),
    "port": .port(Port(node: "a@b", id: 9, creation: 5)), "port_ext": .port(Port(node: "a@b", id: 9, creation: 1)),
    "v4_port_ext": .port(Port(node: "a@b", id: 0x12_3456_789a, creation: 5)),
    "export": .export(Export(module: "lists", function: "map", arity: 2)),
]
