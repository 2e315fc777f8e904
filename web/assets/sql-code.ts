import {
  acceptCompletion,
  autocompletion,
  type Completion,
  closeCompletion,
  completionStatus,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { SQLDialect, sql } from '@codemirror/lang-sql';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { FUNCTIONS } from '#shared/tables/sql/allowed-functions.ts';
import { RESERVED } from '#shared/tables/table-names.ts';
import { identifier, KEYWORDS, TYPES } from '../sql-words.ts';
import { completeColumns, type Schema } from './sql-columns.ts';

const PROPOSALS = 10;

interface Given {
  /** Where it goes: an element that shows nothing else. */
  host: HTMLElement;
  text: string;
  schema: Schema;
  changed(text: string): void;
  run(): void;
  cancel(): void;
}

/** What the gate lets pass, and nothing of other databases. */
const dialect = SQLDialect.define({
  keywords: [...RESERVED, ...KEYWORDS].join(' '),
  types: TYPES.join(' '),
  builtin: [...FUNCTIONS].join(' '),
  identifierQuotes: '"',
  doubleDollarQuotedStrings: true,
  caseInsensitiveIdentifiers: true,
  operatorChars: '*+-%<>!=&|~^/@#?:',
});

/** Inside of a shadow root its styles are objects and not elements, which the policy of the page would refuse. */
export function openCode({ host, text, schema, changed, run, cancel }: Given): EditorView {
  const root = host.attachShadow({ mode: 'open' });
  const start = (view: EditorView) => {
    closeCompletion(view);
    run();
    return true;
  };
  const keys = keymap.of([
    { key: 'Mod-Enter', run: start },
    { key: 'Shift-Enter', run: start },
    // Otherwise Tab leaves the field.
    { key: 'Tab', run: acceptCompletion },
    {
      key: 'Escape',
      run(view) {
        if (!closeCompletion(view)) cancel();
        return true;
      },
    },
    ...historyKeymap,
    ...defaultKeymap,
  ]);
  return new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        keys,
        history(),
        lineNumbers(),
        EditorView.lineWrapping,
        sql({
          dialect,
          schema: Object.fromEntries([...schema].map(([table, columns]) => [table, [...columns]])),
          keywordCompletion: wordCompletion,
        }),
        dialect.language.data.of({ autocomplete: completeColumns(schema) }),
        // The glyphs of its icons are missing on plain machines, and a list that scrolls is nothing for the keyboard.
        autocompletion({ icons: false, maxRenderedOptions: PROPOSALS }),
        // Proposals come a moment after what was typed, when the reader may be at the buttons that they would lie on.
        EditorView.updateListener.of(({ view, state }) => {
          if (!view.hasFocus && completionStatus(state) !== null) closeCompletion(view);
        }),
        syntaxHighlighting(colours),
        look,
        typeOver,
        EditorView.contentAttributes.of({ 'aria-label': 'Query' }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) changed(state.doc.toString());
        }),
      ],
    }),
  });
}

/** Left to itself, Chromium gives what is typed over a coloured word the colour of it by `style=`, which the policy refuses. */
const typeOver = EditorView.domEventHandlers({
  beforeinput({ inputType, data }, view) {
    if (inputType !== 'insertText' || !data || view.state.selection.main.empty) return false;
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

function wordCompletion(label: string, type: string): Completion {
  return type === 'keyword'
    ? { label: label.toUpperCase(), type, boost: -1 }
    : { label, type: 'function', boost: -2, detail: type === 'type' ? 'type' : 'function' };
}

/** Puts a name where the cursor is. */
export function insertName(view: EditorView, name: string): void {
  view.dispatch(view.state.replaceSelection(identifier(name)));
  view.focus();
}

/** Replaces all of the text. */
export function setText(view: EditorView, text: string): void {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

/** Moves the cursor, both from 1 on. */
export function moveTo(view: EditorView, line: number, column: number): void {
  if (line > view.state.doc.lines) return;
  const { from, to } = view.state.doc.line(line);
  view.dispatch({ selection: { anchor: Math.min(from + column - 1, to) }, scrollIntoView: true });
}

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warning)' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
]);

const look = EditorView.theme({
  '&': { border: '1px solid var(--line)', borderRadius: '6px', backgroundColor: 'var(--surface)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', fontSize: '13px', lineHeight: '1.6' },
  '.cm-content, .cm-gutter': { minHeight: '168px' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--raised)',
    color: 'var(--muted)',
    borderRight: '1px solid var(--line)',
    borderRadius: '6px 0 0 6px',
  },
  '.cm-tooltip': {
    border: '1px solid var(--line)',
    borderRadius: '6px',
    backgroundColor: 'var(--surface)',
    color: 'var(--text)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--mono)',
    fontSize: '13px',
    maxHeight: 'none',
  },
  '.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px', lineHeight: '1.4' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cm-completionDetail': { marginLeft: '12px', fontStyle: 'normal', opacity: '0.8' },
});
