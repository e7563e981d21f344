import Foundation
import JSONText
import Testing

@testable import KubernetesPlatform

@Suite("Strategic merge patches")
struct StrategicMergeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var value: JSONValue
        var patch: JSONValue
        var outcome: JSONValue
        var testDescription: String { String(decoding: patch.bytes, as: UTF8.self) }

        static let all: [Case] = {
            let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/strategic-merge.json")
            guard let data = try? Data(contentsOf: file), let root = try? JSONReader.read(Array(data)),
                case .array(let cases)? = root["cases"]
            else { return [] }
            return cases.map { Case(value: $0["value"] ?? .null, patch: $0["patch"] ?? .null, outcome: $0["outcome"] ?? .null) }
        }()
    }

    @Test("the outcome is kubectl's, but for the order in which new elements of a list stand", arguments: Case.all)
    func vectors(one: Case) throws {
        #expect(try StrategicMerge.merge(one.value, one.patch).inNoOrder == one.outcome.inNoOrder)
    }

    @Test("there are vectors of kubectl")
    func found() { #expect(Case.all.count > 20) }

    @Test("what is there keeps its place, and what is new stands behind it: a variable may be made of those before it")
    func order() throws {
        let value: JSONValue = ["spec": ["containers": [["name": "a", "env": [["name": "A"], ["name": "B"]]]]]]
        let patch: JSONValue = [
            "spec": ["containers": [["name": "side"], ["name": "a", "env": [["name": "C"], ["name": "B", "value": "2"]]]]]
        ]
        let outcome: JSONValue = [
            "spec": [
                "containers": [
                    ["name": "a", "env": [["name": "A"], ["name": "B", "value": "2"], ["name": "C"]]], ["name": "side"],
                ]
            ]
        ]
        #expect(try StrategicMerge.merge(value, patch) == outcome)
    }

    @Test(
        "what is no patch is refused, with its place",
        arguments: [
            (["spec": ["$patch": "remove"]], "spec", "$patch is merge, replace or delete"),
            (
                ["spec": ["$setElementOrder/containers": []]], "spec",
                "$setElementOrder/containers is no directive that is known here"
            ),
            (["spec": ["containers": ["a"]]], "spec.containers", "an element is no object, and elements are told apart by name"),
            (
                ["spec": ["containers": [["image": "x"]]]], "spec.containers",
                "an element has no name, by which elements are told apart"
            ),
            (
                ["spec": ["containers": [["name": "x", "$patch": "replace"]]]], "spec.containers",
                "$patch: replace stands in an element of its own, and is for the whole list"
            ),
            (["spec": ["$retainKeys": "a"]], "spec", "$retainKeys is a list of keys"),
        ] as [(JSONValue, String, String)])
    func mistakes(patch: JSONValue, path: String, reason: String) {
        #expect(throws: StrategicMerge.Problem(path: path, reason: reason)) {
            try StrategicMerge.merge(["spec": ["containers": []]], patch)
        }
    }
}

extension JSONValue {
    /// The same with the elements of every list in the order of their texts.
    fileprivate var inNoOrder: JSONValue {
        switch self {
        case .array(let elements):
            .array(elements.map(\.inNoOrder).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) })
        case .object(let members): .object(members.mapValues(\.inNoOrder))
        default: self
        }
    }
}
