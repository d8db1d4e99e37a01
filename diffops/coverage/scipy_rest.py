"""What the mirrors in `diffops.scipy` leave to SciPy, and why.

Those that take no values that vary stand apart; all others refuse tracked values.
"""

from __future__ import annotations

_NO_RULE = "no rule yet; its values are SciPy's"
_DISCRETE = "it orders, ranks, counts or labels: its values jump"
_TESTS = "a test of hypotheses; write its statistic with functions that have one"
_SEARCH = "it searches, fits or resamples: see `diffops.argmin`, `diffops.root`"
_OBJECT = "an object of SciPy's own, which holds plain values"
_SEVERAL = "of several variables, or of counts: no rule yet"
_FREE = "determined only up to a choice that no derivative follows"
_MORPHOLOGY = "extrema and orders of neighbourhoods: no rule yet"
_SPLINES = "use `map_coordinates` or `affine_transform`"
_DISTRIBUTION = "a distribution without a rule yet"
_SAID = "their messages say what to write instead"
_DESIGN = "filter design and systems, by searches and roots of polynomials"

#: What takes counts, types, settings or files, by module.
APART = {
    "scipy.special": """
        ai_zeros bei_zeros beip_zeros ber_zeros bernoulli berp_zeros bi_zeros c_roots
        cg_roots chebyc chebys chebyt chebyu erf_zeros euler fresnel_zeros
        fresnelc_zeros fresnels_zeros gegenbauer genlaguerre geterr h_roots he_roots
        hermite hermitenorm j_roots jacobi jn_zeros jnjnp_zeros jnp_zeros jnyn_zeros
        js_roots kei_zeros keip_zeros kelvin_zeros ker_zeros kerp_zeros l_roots la_roots
        laguerre legendre p_roots ps_roots roots_chebyc roots_chebys roots_chebyt
        roots_chebyu roots_gegenbauer roots_genlaguerre roots_hermite roots_hermitenorm
        roots_jacobi roots_laguerre roots_legendre roots_sh_chebyt roots_sh_chebyu
        roots_sh_jacobi roots_sh_legendre s_roots seterr sh_chebyt sh_chebyu sh_jacobi
        sh_legendre stirling2 t_roots ts_roots u_roots us_roots y0_zeros y1_zeros
        y1p_zeros yn_zeros ynp_zeros errstate factorial2 factorialk
    """,
    "scipy.linalg": """
        dft find_best_blas_type get_blas_funcs get_lapack_funcs hadamard helmert hilbert
        invhilbert invpascal pascal
    """,
    "scipy.fft": """
        fftfreq fhtoffset get_workers next_fast_len prev_fast_len register_backend
        rfftfreq set_backend set_global_backend set_workers skip_backend
    """,
    "scipy.signal": """
        besselap buttap cheb1ap cheb2ap check_COLA check_NOLA choose_conv_method
        correlation_lags czt_points ellipap findfreqs get_window kaiser_atten
        kaiser_beta max_len_seq savgol_coeffs unit_impulse
    """,
    "scipy.integrate": "lebedev_rule newton_cotes",
    "scipy.ndimage": "generate_binary_structure iterate_structure",
    "scipy.sparse": """
        eye eye_array get_index_dtype identity issparse isspmatrix isspmatrix_bsr
        isspmatrix_coo isspmatrix_csc isspmatrix_csr isspmatrix_dia isspmatrix_dok
        isspmatrix_lil load_npz rand random random_array safely_cast_index_arrays
        save_npz sparray spmatrix
    """,
    "scipy.sparse.linalg": "use_solver",
    "scipy.spatial": "convex_hull_plot_2d delaunay_plot_2d voronoi_plot_2d",
    "scipy.spatial.distance": "is_valid_dm is_valid_y num_obs_dm num_obs_y",
    "scipy.stats": "BootstrapMethod MonteCarloMethod PermutationMethod",
}

#: What refuses tracked values, by module and reason.
REFUSED = {
    "scipy.special": {
        _NO_RULE: """
            assoc_legendre_p_all ellip_harm ellip_harm_2 ellip_normal legendre_p_all
            lmbda lqmn lqn mathieu_even_coef mathieu_odd_coef obl_cv_seq pbdn_seq
            pbdv_seq pbvv_seq pro_cv_seq sph_harm_y_all sph_legendre_p_all
        """
    },
    "scipy.linalg": {
        _FREE: "cdf2rdf cossin hessenberg ordqz qr_delete qr_insert qr_multiply "
        "qr_update qz rsf2csf",
        _NO_RULE: "cho_solve_banded cholesky_banded clarkson_woodruff_transform "
        "expm_cond matrix_balance subspace_angles",
    },
    "scipy.fft": {_NO_RULE: "fht ifht"},
    "scipy.signal": {
        _DESIGN: """
            abcd_normalize band_stop_obj bessel bilinear bilinear_zpk bode butter
            buttord cheb1ord cheb2ord cheby1 cheby2 cont2discrete dbode dfreqresp
            dimpulse dlsim dstep ellip ellipord firls firwin firwin2 firwin_2d freqresp
            freqs freqs_zpk freqz freqz_sos freqz_zpk gammatone group_delay iircomb
            iirdesign iirfilter iirnotch iirpeak impulse invres invresz kaiserord
            lfiltic lp2bp lp2bp_zpk lp2bs lp2bs_zpk lp2hp lp2hp_zpk lp2lp lp2lp_zpk lsim
            minimum_phase normalize place_poles remez residue residuez sos2tf sos2zpk
            sosfreqz ss2tf ss2zpk step tf2sos tf2ss tf2zpk unique_roots zpk2sos zpk2ss
            zpk2tf
        """,
        _DISCRETE: """
            argrelextrema argrelmax argrelmin find_peaks find_peaks_cwt medfilt
            medfilt2d order_filter peak_prominences peak_widths
        """,
        _OBJECT: """
            CZT ShortTimeFFT StateSpace TransferFunction ZerosPolesGain ZoomFFT dlti lti
        """,
        _NO_RULE: """
            chirp closest_STFT_dual_window cspline1d cspline1d_eval cspline2d czt
            deconvolve envelope gauss_spline gausspulse hilbert2 lombscargle qspline1d
            qspline1d_eval qspline2d sawtooth sepfir2d spline_filter square sweep_poly
            symiirorder1 symiirorder2 vectorstrength wiener zoom_fft
        """,
    },
    "scipy.stats": {
        _TESTS: """
            alexandergovern anderson anderson_ksamp ansari barnard_exact bartlett
            binomtest boschloo_exact brunnermunzel bws_test chatterjeexi
            chi2_contingency chisquare combine_pvalues cramervonmises
            cramervonmises_2samp dunnett epps_singleton_2samp f_oneway
            false_discovery_control fisher_exact fligner friedmanchisquare
            goodness_of_fit jarque_bera kendalltau kruskal ks_1samp ks_2samp kstest
            kurtosistest levene logrank mannwhitneyu median_test mood
            multiscale_graphcorr normaltest page_trend_test poisson_means_test
            power_divergence quantile_test ranksums shapiro skewtest somersd tiecorrect
            ttest_1samp ttest_ind ttest_ind_from_stats ttest_rel tukey_hsd wilcoxon
            power
        """,
        _SEARCH: """
            bayes_mvs bootstrap boxcox_normmax boxcox_normplot expectile fit
            monte_carlo_test mvsdist permutation_test ppcc_max ppcc_plot probplot
            sobol_indices yeojohnson_normmax yeojohnson_normplot
        """,
        _DISCRETE: """
            binned_statistic binned_statistic_2d binned_statistic_dd cumfreq ecdf mode
            percentileofscore rankdata relfreq scoreatpercentile siegelslopes sigmaclip
            spearmanr spearmanrho theilslopes tmax tmin trim1 trimboth weightedtau
        """,
        _NO_RULE: """
            abs describe differential_entropy directional_stats exp kstat kstatvar
            lmoment log make_distribution obrientransform order_statistic pointbiserialr
            quantile truncate wasserstein_distance_nd
        """,
        _OBJECT: """
            Binomial CensoredData Covariance Logistic Mixture Normal Uniform
            rv_continuous rv_discrete rv_histogram
        """,
        _DISTRIBUTION: """
            alpha anglit argus cosine crystalball dpareto_lognorm erlang exponpow
            foldcauchy gausshyper genexpon genhalflogistic genhyperbolic geninvgauss
            gibrat irwinhall jf_skew_t kappa4 ksone kstwo kstwobign landau levy_l
            levy_stable ncf nct ncx2 norminvgauss pearson3 powerlognorm rdist
            recipinvgauss rel_breitwigner studentized_range trapezoid truncweibull_min
            tukeylambda vonmises_line
        """,
        _SEVERAL: """
            betanbinom boltzmann dirichlet_multinomial dlaplace hypergeom matrix_t
            multivariate_hypergeom nchypergeom_fisher nchypergeom_wallenius nhypergeom
            normal_inverse_gamma ortho_group poisson_binom randint random_correlation
            random_table skellam special_ortho_group uniform_direction unitary_group
            vonmises_fisher zipfian
        """,
    },
    "scipy.integrate": {
        _SAID: """
            BDF DOP853 LSODA RK23 RK45 Radau complex_ode cubature nsum ode qmc_quad
            solve_bvp tanhsinh
        """,
        _OBJECT: "DenseOutput OdeSolution OdeSolver",
    },
    "scipy.interpolate": {
        _NO_RULE: """
            AAA BPoly BivariateSpline CloughTocher2DInterpolator
            FloaterHormannInterpolator LSQBivariateSpline LSQSphereBivariateSpline
            LinearNDInterpolator NdBSpline NdPPoly NearestNDInterpolator
            RBFInterpolator Rbf RectBivariateSpline RectSphereBivariateSpline
            SmoothBivariateSpline SmoothSphereBivariateSpline
            approximate_taylor_polynomial bisplev bisplrep generate_knots griddata
            insert interp2d lagrange make_lsq_spline make_smoothing_spline make_splprep
            make_splrep pade pchip_interpolate spalde splantider splder splint splprep
            sproot
        """
    },
    "scipy.ndimage": {
        _DISCRETE: """
            binary_closing binary_dilation binary_erosion binary_fill_holes
            binary_hit_or_miss binary_opening binary_propagation distance_transform_bf
            distance_transform_cdt distance_transform_edt find_objects histogram label
            maximum_position minimum_position value_indices watershed_ift
        """,
        _MORPHOLOGY: """
            black_tophat extrema grey_closing grey_dilation grey_erosion grey_opening
            maximum maximum_filter maximum_filter1d median median_filter minimum
            minimum_filter minimum_filter1d morphological_gradient morphological_laplace
            percentile_filter rank_filter white_tophat
        """,
        _SPLINES: "geometric_transform rotate zoom",
        _NO_RULE: """
            center_of_mass fourier_ellipsoid fourier_gaussian fourier_shift
            fourier_uniform generic_filter generic_filter1d generic_gradient_magnitude
            generic_laplace labeled_comprehension mean standard_deviation sum sum_labels
            variance vectorized_filter
        """,
    },
    "scipy.sparse": {
        _NO_RULE: """
            block_array block_diag bmat expand_dims find hstack kron kronsum
            permute_dims spdiags swapaxes tril triu vstack
        """,
        _OBJECT: """
            bsr_array bsr_matrix dia_array dia_matrix dok_array dok_matrix lil_array
            lil_matrix
        """,
    },
    "scipy.sparse.linalg": {
        _NO_RULE: """
            eigs eigsh expm expm_multiply funm_multiply_krylov inv is_sptriangular
            lobpcg lsmr lsqr matrix_power norm onenormest qmr spbandwidth spilu
            spsolve_triangular svds
        """,
        _OBJECT: "LaplacianNd LinearOperator SuperLU",
    },
    "scipy.spatial": {
        _NO_RULE: """
            distance_matrix geometric_slerp minkowski_distance minkowski_distance_p
            procrustes tsearch
        """,
        _OBJECT: """
            ConvexHull Delaunay HalfspaceIntersection KDTree Rectangle SphericalVoronoi
            Voronoi cKDTree
        """,
    },
    "scipy.spatial.distance": {
        _DISCRETE: "dice directed_hausdorff hamming jaccard rogerstanimoto russellrao "
        "sokalsneath yule",
    },
}


def reasons(module: str) -> dict[str, str]:
    """Return the reason for each name of a module that refuses tracked values."""
    listed = REFUSED.get(module, {}).items()
    return {name: reason for reason, names in listed for name in names.split()}


def apart(module: str) -> list[str]:
    """Return the names of a module that take nothing that varies."""
    return APART.get(module, "").split()
