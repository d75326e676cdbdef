import DeployModel
import Testing

@Suite struct EnvironmentVariablesTests {
    @Test func `the nearer one wins, whether it is clear or secret`() {
        let base = EnvironmentVariables(["A": "1", "B": "2"], secret: ["C": "C", "D": "D"])
        let near = EnvironmentVariables(["C": "clear"], secret: ["A": "OTHER"])
        let merged = near.over(base)
        #expect(merged == EnvironmentVariables(["B": "2", "C": "clear"], secret: ["A": "OTHER", "D": "D"]))
        let values = SecretValues(["OTHER": Secret("o")])
        #expect(merged.exposed(values) == ["A": "o", "B": "2", "C": "clear"])
    }
}
