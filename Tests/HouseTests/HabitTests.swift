import Testing

@Suite("the house: habits")
struct HabitTests {
    @Test(
        "an escape from the compiler's checks has its reason beside it",
        arguments: ["@unchecked Sendable", "nonisolated(unsafe)"])
    func explained(escape: String) throws {
        for file in try SourceFile.all(below: "Sources") {
            for (index, line) in file.lines.enumerated() where SourceFile.code(line).contains(escape) {
                #expect(file.isExplained(index), "\(file.path):\(index + 1): \(escape) without a comment beside it")
            }
        }
    }

    @Test(
        "nothing of ours ends the process on purpose",
        arguments: ["fatalError(", "preconditionFailure(", "try!", "as!"])
    func noTraps(word: String) throws {
        for file in try SourceFile.all(below: "Sources") {
            for (index, line) in file.lines.enumerated() {
                #expect(!SourceFile.code(line).contains(word), "\(file.path):\(index + 1): \(word)")
            }
        }
    }

    @Test("the checks see what they look for")
    func checkedChecks() {
        let file = SourceFile(
            path: "Example.swift",
            lines: [
                "public import FleetModel", "@testable import Store", "@preconcurrency import Dispatch",
                "import struct NIOCore.ByteBuffer",
                "// import Nothing", "let important = 1", "// because: a lock guards it", "final class A: @unchecked Sendable {}",
                "", "final class B: @unchecked Sendable {}", "let url = x // try! is not here",
            ])
        #expect(file.imports == ["FleetModel", "Store", "Dispatch", "NIOCore"])
        #expect(file.isExplained(7))
        #expect(!file.isExplained(9))
        #expect(!SourceFile.code(file.lines[10]).contains("try!"))
        let table = HouseTable(
            "| floor | target | job | may import |\n|---|---|---|---|\n| Ground | `A` | does `x` | `B` `C` |\n| **Faces** | `D` | | nothing |"
        )
        #expect(table.rows.map(\.target) == ["A", "D"])
        #expect(table.rows.map(\.mayImport) == [["B", "C"], []])
    }
}
