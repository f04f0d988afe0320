package com.tracemem.policy;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Optional;

/**
 * Makes programs of conditions in CEL (<a href="https://cel.dev">Common Expression Language</a>). What {@code inputs} and
 * {@code decision} hold is declared, so that a name that is not there, or a comparison that makes no sense, is found
 * before anything is published.
 */
final class Conditions {
    static final int DEEPEST = 32;
    static final int MOST_PARTS = 500;
    static final int MOST_STEPS = 1_000;
    /** Counted before anything is parsed, which costs a hundred times as much. */
    private static final int MOST_SYMBOLS = 1_000;

    private static final int MOST_SYMBOLS_TOGETHER = 1_000;

    private static final int PARTS_OF_PATTERNS_A_SYMBOL = 2;

    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .maxExpressionCodePointSize(DocumentReader.LONGEST_CONDITION)
            .maxParseRecursionDepth(DEEPEST)
            .comprehensionMaxIterations(MOST_STEPS)
            .maxRegexProgramSize(10_000)
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.plannerRuntimeBuilder().setOptions(OPTIONS).build();

    private final CelCompiler compiler;
    private final Problems problems;
    private final ConditionProblems wording;
    private int symbols;

    Conditions(Shape.Fields inputs, Problems problems) {
        DeclaredTypes types = new DeclaredTypes(inputs);
        this.problems = problems;
        this.wording = new ConditionProblems(types, problems);
        this.compiler = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .setTypeProvider(types.provider())
                .addVar("inputs", types.inputs())
                .addVar("decision", types.decision())
                .build();
    }

    /** Empty when something is wrong with it, which is in the problems then. */
    Optional<Condition> compile(String condition, String path) {
        if (problems.areEnough() || !isShortEnough(condition, path)) {
            return Optional.empty();
        }
        CelValidationResult result = compiler.compile(condition);
        if (result.hasError()) {
            wording.report(result.getErrors(), condition, path);
            return Optional.empty();
        }
        try {
            CelAbstractSyntaxTree ast = result.getAst();
            CelNavigableExpr root = CelNavigableAst.fromAst(ast).getRoot();
            if (!withinLimits(root, path)) {
                return Optional.empty();
            }
            if (!ast.getResultType().equals(SimpleType.BOOL)) {
                problems.add(
                        path,
                        "gives "
                                + ConditionProblems.typeName(ast.getResultType().name())
                                + " instead of true or false; compare it with something");
                return Optional.empty();
            }
            ConditionAnalysis analysis = new ConditionAnalysis(ast, root);
            if (analysis.problem() != null) {
                problems.add(path, analysis.problem());
                return Optional.empty();
            }
            symbols += analysis.patternParts() / PARTS_OF_PATTERNS_A_SYMBOL;
            return Optional.of(analysis.condition(RUNTIME.createProgram(ast)));
        } catch (CelValidationException | CelEvaluationException unusable) {
            problems.add(path, "cannot be used as a condition; write it more simply");
            return Optional.empty();
        }
    }

    private boolean isShortEnough(String condition, String path) {
        int here = Symbols.count(condition);
        symbols += here;
        if (here > MOST_SYMBOLS) {
            problems.add(
                    path,
                    "has more than " + MOST_SYMBOLS + " names, values and operators; split it into several rules");
        } else if (symbols > MOST_SYMBOLS_TOGETHER) {
            problems.add(
                    path,
                    "is one condition too many: a policy's conditions have at most " + MOST_SYMBOLS_TOGETHER
                            + " names, values and operators together");
        } else {
            return true;
        }
        return false;
    }

    private boolean withinLimits(CelNavigableExpr root, String path) {
        long parts = root.allNodes().limit(MOST_PARTS + 1L).count();
        if (parts > MOST_PARTS) {
            problems.add(path, "has more than " + MOST_PARTS + " parts; split it into several rules");
        } else if (root.height() > DEEPEST) {
            problems.add(path, "is nested deeper than " + DEEPEST + " levels; split it into several rules");
        } else {
            return true;
        }
        return false;
    }
}
